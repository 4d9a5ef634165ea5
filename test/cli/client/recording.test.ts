/** `limpet recording`, `limpet usage`, and `limpet cancel`. */
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../support/directory.ts';
import { useCli } from './cli.ts';

const { limpet, open } = useCli();
const parsed = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

test('a recording goes to standard output or to a file, whole or not at all', async () => {
  const session = await open();
  await limpet(['exec', '-s', session, 'echo recorded']);
  const { code, stdout, stderr } = await limpet(['recording', session]);
  expect([code, stderr]).toEqual([0, '']);
  const [header, ...events] = parsed(stdout);
  expect(header).toMatchObject({ version: 3 });
  expect(events.map(([, , data]) => data).join('')).toContain('recorded');
  const directory = await temporaryDirectory(onTestFinished);
  const file = path.join(directory, 'demo.cast');
  expect(await limpet(['recording', session, '-o', file, '--format', 'v2'])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  expect(parsed(await readFile(file, 'utf8'))[0]).toMatchObject({ version: 2 });
  expect(await limpet(['recording', session, '-o', path.join(directory, 'no/such.cast')])).toMatchObject({ code: 1 });
  expect(await limpet(['recording', 'nowhere', '-o', path.join(directory, 'other')])).toMatchObject({ code: 1 });
  expect(await readdir(directory)).toEqual(['demo.cast']);
  expect(await limpet(['recording', session, '--format', 'v1'])).toMatchObject({ code: 2 });
  expect((await limpet(['recording', session, '--format', 'txt'])).stdout).toBe('$ echo recorded\nrecorded\n');
  const told = parsed((await limpet(['recording', session, '--format', 'ndjson'])).stdout);
  expect(told.map(({ kind }) => kind)).toEqual([undefined, 'command', 'output', 'output']);
});

test('usage is a table, JSON or CSV, and later only what has changed', async () => {
  await limpet(['exec', 'echo used; exit 3']);
  const today = new Date().toISOString().slice(0, 10);
  const table = await limpet(['usage']);
  expect(table).toMatchObject({ code: 0, stderr: '' });
  expect(table.stdout).toMatch(/^DAY +COMMANDS +FAILED +TIME +AVERAGE +WAITED +OUTPUT +OWNER +KEY\n/);
  expect(table.stdout).toMatch(new RegExp(`^${today} +\\d+ +\\d+ .* bytes +alice +alice execute$`, 'm'));
  const { items, until } = JSON.parse((await limpet(['usage', '--json'])).stdout);
  expect(items).toMatchObject([{ day: today, key_name: 'alice execute' }]);
  const csv = await limpet(['usage', '--csv', '--from', today, '--to', today]);
  expect(csv.stdout).toMatch(new RegExp(`^day,key_id,.*\r\n${today},.*\r\n$`));
  const changed = await limpet(['usage', '--csv', '--since', until]);
  expect(changed).toMatchObject({ code: 0, stdout: csv.stdout });
  const [, next = ''] = /next --since is (\S+)\n/.exec(changed.stderr) ?? [];
  expect(Date.parse(next)).toBeGreaterThanOrEqual(Date.parse(until));
  const later = await limpet(['usage', '--since', '2999-01-01T00:00:00Z']);
  expect(later).toMatchObject({ code: 0, stdout: '', stderr: expect.stringContaining('Nothing has changed since.') });
  for (const wrong of [
    ['--from', 'x'],
    ['--since', 'never'],
    ['--csv', '--json'],
  ]) {
    expect(await limpet(['usage', ...wrong])).toMatchObject({ code: 2, stdout: '' });
  }
  expect(await limpet(['usage', '--from', '2026-02-31'])).toMatchObject({ code: 1 });
});

test('cancel keeps queued commands from running', async () => {
  const session = await open();
  await limpet(['exec', '-s', session, '-d', 'sleep 300']);
  await limpet(['exec', '-s', session, '-d', 'touch ~/ran']);
  const { code, stdout } = await limpet(['cancel', '--json', `${session}:2`, `${session}:1`]);
  expect(code).toBe(0);
  expect(parsed(stdout)).toMatchObject([{ state: 'cancelled', exit_code: null }, { seq: 1 }]);
  expect(['killed', 'cancelled']).toContain(parsed(stdout)[1].state);
  expect(await limpet(['exec', '-s', session, 'ls ~'])).toMatchObject({ code: 0, stdout: '' });
});
