import path from 'node:path';
import { expect, test } from 'vitest';
import { parseSettings } from '../../cli/env.ts';

test('nothing needs to be set', () => {
  expect(parseSettings({})).toEqual({
    PORT: 8787,
    LIMPET_LISTEN: '127.0.0.1',
    LIMPET_DATA_DIR: path.resolve('.limpet'),
    LIMPET_SHARED_DIR: '/var/lib/limpet',
    LIMPET_ENCRYPT: false,
    LIMPET_SLEEP_LOOK_MS: 600_000,
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

test('to seal what is stored needs a key, and rules are refused that are none', () => {
  expect(() => parseSettings({ LIMPET_ENCRYPT: '1' })).toThrow('LIMPET_ENCRYPT needs a key');
  expect(() => parseSettings({ LIMPET_REDACT: 'everything' })).toThrow('LIMPET_REDACT must be "all", or some of');
  expect(parseSettings({ LIMPET_REDACT: 'jwt' }).LIMPET_REDACT?.map(({ name }) => name)).toEqual(['jwt']);
});
