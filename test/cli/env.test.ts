import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parseSettings } from '../../cli/env.ts';
import { temporaryDirectory } from '../support/directory.ts';

test('nothing needs to be set', () => {
  expect(parseSettings({})).toEqual({
    PORT: 8787,
    LIMPET_LISTEN: '127.0.0.1',
    LIMPET_DATA_DIR: path.resolve('.limpet'),
    LIMPET_SHARED_DIR: '/var/lib/limpet',
    LIMPET_LOG_LEVEL: 'info',
  });
});

test('settings are frozen, and an empty one is as good as none', () => {
  expect(Object.isFrozen(parseSettings({ DATABASE_URL: '', PORT: '' }))).toBe(true);
});

test.for([
  ['0', 0],
  ['65535', 65_535],
])('PORT %s is a port', ([PORT, port]) => {
  expect(parseSettings({ PORT: String(PORT) }).PORT).toBe(port);
});

test.for(['-1', '65536', '80.5', 'http'])('PORT %s is refused', (PORT) => {
  expect(() => parseSettings({ PORT })).toThrow('limpet cannot start: PORT must be a port.');
});

test('a refusal names every wrong setting and shows no value', () => {
  const parse = () => parseSettings({ PORT: 'x', DATABASE_URL: 'mysql://u:hunter2@h/d' });
  expect(parse).toThrow(/PORT.*DATABASE_URL/);
  expect(parse).not.toThrow('hunter2');
});

test('the environment wins over the file that LIMPET_CONFIG names', async () => {
  const file = path.join(await temporaryDirectory(onTestFinished), 'limpet.json');
  await writeFile(file, JSON.stringify({ PORT: 1000, LIMPET_LOG_LEVEL: 'warn' }));
  expect(parseSettings({ LIMPET_CONFIG: file, PORT: '2000' })).toMatchObject({ PORT: 2000, LIMPET_LOG_LEVEL: 'warn' });
});

test.for(['{', '[]', '{"PORT": {}}'])('a config file of %s is refused with its name', async (text) => {
  const file = path.join(await temporaryDirectory(onTestFinished), 'limpet.json');
  await writeFile(file, text);
  expect(() => parseSettings({ LIMPET_CONFIG: file })).toThrow(`LIMPET_CONFIG: ${file} is not a readable JSON file`);
});
