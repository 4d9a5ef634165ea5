import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { asProblem, problems } from '../../functions/problem.ts';
import { asQueryError, DatabaseNotReady, DatabaseUnavailable, parserFor, retrying } from '../../functions/query.ts';

const sqlError = (code: string, detail = '', hint = '') =>
  Object.assign(new Error('said by SQL'), { code, detail, hint });

test.each(['08006', '57P01', '57P03', '53300', '40P01', '40001', '57014', '25006'])(
  'SQLSTATE %s means: try again',
  (code) => {
    expect(asQueryError(sqlError(code))).toBeInstanceOf(DatabaseUnavailable);
  },
);

test('what is no answer of Postgres is DatabaseUnavailable, what is one stays', () => {
  for (const error of [new Error('connect ECONNREFUSED'), Object.assign(new Error(), { code: 'ECONNRESET' }), 'text']) {
    expect(asQueryError(error)).toBeInstanceOf(DatabaseUnavailable);
  }
  const refusal = sqlError('LP404', 'not_found');
  expect(asQueryError(refusal)).toBe(refusal);
});

test.each([
  ['3F000', 'schema "limpet_edge" does not exist'],
  ['42883', 'function limpet_edge.read_readiness() does not exist'],
  ['42501', 'permission denied for schema limpet_edge'],
  ['22023', 'role "limpet_edge" does not exist'],
  ['3D000', 'database "x" does not exist'],
  ['28P01', 'password authentication failed'],
])('SQLSTATE %s, %s, means: the database is not set up, which no repetition changes', async (code, message) => {
  let calls = 0;
  const query = retrying(async () => {
    calls += 1;
    throw asQueryError(Object.assign(new Error(message), { code }));
  });
  await expect(query('', [])).rejects.toThrow(DatabaseNotReady);
  expect(calls).toBe(1);
  const problem = asProblem(asQueryError(Object.assign(new Error(message), { code })));
  expect([problem.code, problem.message]).toEqual([
    'database_unavailable',
    'The database is not set up for this version.',
  ]);
});

test('a function of ours that fails inside is a fault, not a database that is not set up', () => {
  const error = Object.assign(new Error('function limpet.gone() does not exist'), { code: '42883' });
  expect(asProblem(asQueryError(error)).code).toBe('internal');
});

test('a call that took long to fail is not repeated: its caller has waited enough', async () => {
  for (const [tookMs, expected] of [
    [1_000, 2],
    [1_001, 1],
  ]) {
    let [now, calls] = [0, 0];
    const query = retrying(
      async () => {
        calls += 1;
        now += tookMs ?? 0;
        throw new DatabaseUnavailable('gone');
      },
      () => now,
    );
    await expect(query('', [])).rejects.toThrow(DatabaseUnavailable);
    expect(calls).toBe(expected);
  }
});

test('a call is repeated once, and only where no answer came', async () => {
  let calls = 0;
  const failing = (error: unknown, times: number) =>
    retrying(async () => {
      calls += 1;
      if (calls <= times) throw error;
      return [{ result: calls }];
    });
  expect(await failing(new DatabaseUnavailable('gone'), 1)('', [])).toEqual([{ result: 2 }]);
  calls = 0;
  await expect(failing(new DatabaseUnavailable('gone'), 2)('', [])).rejects.toThrow(DatabaseUnavailable);
  calls = 0;
  await expect(failing(sqlError('LP404'), 1)('', [])).rejects.toThrow('said by SQL');
  expect(calls).toBe(1);
});

test.each<[number, string, unknown]>([
  [17, '\\x00ff41', Uint8Array.of(0, 255, 65)],
  [20, '9007199254740991', 9007199254740991],
  [23, '-1', -1],
  [16, 't', true],
  [16, 'f', false],
  [3802, '{"a":[1]}', { a: [1] }],
  [25, 'text', 'text'],
])('a value of type %d, %j, is read', (oid, text, value) => {
  expect(parserFor(oid)(text)).toEqual(value);
});

test('SQL errors of ours become their problem; all others say nothing of their cause', () => {
  const ours = asProblem(sqlError('LP409', 'name_taken', 'choose another'));
  expect([ours.code, ours.status, ours.message, ours.extras.hint]).toEqual([
    'name_taken',
    409,
    'said by SQL',
    'choose another',
  ]);
  for (const error of [
    sqlError('LP500', 'internal'),
    sqlError('LP409', 'unheard_of'),
    sqlError('23505'),
    new Error('secret'),
    'text',
  ]) {
    const problem = asProblem(error);
    expect([problem.code, problem.status]).toEqual(['internal', 500]);
    expect(problem.message).not.toMatch(/secret|said by SQL/);
  }
  expect(asProblem(new DatabaseUnavailable('x')).code).toBe('database_unavailable');
});

test('every code that SQL raises towards the edge is in the table, with the same status', async () => {
  const fail = await readFile(new URL('../../sql/internal/fail.sql', import.meta.url), 'utf8');
  const raised = [...fail.matchAll(/when p_code (?:=|in) \(?([^)]*?)\)? then '(\d+)'/gs)].flatMap(
    ([, codes = '', status]) => [...codes.matchAll(/'(\w+)'/g)].map(([, code = '']) => [code, Number(status)] as const),
  );
  const ofHosts = ['host_name_taken', 'fenced', 'output_gap', 'not_covered'];
  expect(raised.length).toBeGreaterThan(10);
  for (const [code, status] of raised.filter(([code]) => !ofHosts.includes(code))) {
    expect([code, (problems as Record<string, { status: number }>)[code]?.status]).toEqual([code, status]);
  }
});
