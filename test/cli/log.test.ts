import { expect, test } from 'vitest';
import { createLog, hideSecrets } from '../../cli/log.ts';

function lines(level: 'debug' | 'info', fields: Record<string, unknown>): Record<string, unknown>[] {
  const written: string[] = [];
  createLog(level, (line) => written.push(line))('info', 'tried', fields);
  return written.map((line) => JSON.parse(line));
}

test('an event is one JSON line with its level and time', () => {
  const [line] = lines('info', { command_id: 'c' });
  expect(line).toEqual({ level: 'info', time: expect.stringMatching(/^\d{4}-.*Z$/), event: 'tried', command_id: 'c' });
});

test('what is below the level is not written', () => {
  const written: string[] = [];
  createLog('warn', (line) => written.push(line))('info', 'tried');
  expect(written).toEqual([]);
});

test.for([
  'key',
  'api_key',
  'apiKey',
  'secret',
  'password',
  'PGPASSWORD',
  'token',
  'Authorization',
  'set-cookie',
  'DATABASE_URL',
  'url',
  'connectionString',
])('the value of a field named %s is hidden, at any depth', (name) => {
  expect(hideSecrets({ [name]: 'x', a: [{ [name]: { b: 'x' } }] })).toEqual({
    [name]: '[hidden]',
    a: [{ [name]: '[hidden]' }],
  });
});

test.for(['key_id', 'message', 'keys_made'])('the value of a field named %s is shown', (name) => {
  expect(hideSecrets({ [name]: 'x' })).toEqual({ [name]: 'x' });
});

test.for([
  ['connect postgres://limpet:hunter2@127.0.0.1/x failed', 'connect postgres://[hidden]@127.0.0.1/x failed'],
  ['no key lp_01a1fde7de5e77628a_c2VjcmV0-_x here', 'no key [hidden] here'],
  ['nothing secret at http://127.0.0.1:8787/', 'nothing secret at http://127.0.0.1:8787/'],
] as const)('a secret inside a text is hidden: %s', ([text, shown]) => {
  expect(hideSecrets({ text })).toEqual({ text: shown });
  expect(hideSecrets({ error: new Error(text) })).toEqual({ error: shown });
});

test('dates, numbers and nothing stay what they are', () => {
  const fields = { at: new Date(0), count: 3, none: null, missing: undefined, flag: false };
  expect(hideSecrets(fields)).toEqual(fields);
});
