/** Which errors pass, so that a call is repeated, and which refuse a statement for what it is. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { isPassing, isRefusal, lostConnection, sqlStateOf } from '../../sql/errors.ts';

test.each([
  ['57P01', { passes: true, refuses: false }, 'Postgres stops'],
  ['57P03', { passes: true, refuses: false }, 'Postgres starts'],
  ['08006', { passes: true, refuses: false }, 'the connection broke'],
  ['53300', { passes: true, refuses: false }, 'too many connections'],
  ['ECONNREFUSED', { passes: true, refuses: false }, 'nobody listens'],
  ['EPIPE', { passes: true, refuses: false }, 'the connection broke'],
  ['57014', { passes: true, refuses: true }, 'a statement took too long'],
  ['40P01', { passes: true, refuses: true }, 'two transactions waited for each other'],
  ['40001', { passes: true, refuses: true }, 'two transactions were in each other’s way'],
  ['55P03', { passes: true, refuses: true }, 'a lock was not to be had'],
  ['25006', { passes: true, refuses: true }, 'read-only'],
  ['3D000', { passes: false, refuses: true }, 'the database is gone'],
  ['28P01', { passes: false, refuses: true }, 'the password is wrong'],
  ['42501', { passes: false, refuses: true }, 'it may not'],
  ['23505', { passes: false, refuses: true }, 'a constraint'],
  ['LP409', { passes: false, refuses: true }, 'ours'],
  ['58030', { passes: false, refuses: false }, 'the disk fails'],
  ['XX001', { passes: false, refuses: false }, 'data is damaged'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', { passes: false, refuses: false }, 'another server answers'],
])('%s: %j, %s', (code, { passes, refuses }) => {
  const error = Object.assign(new Error('x'), { code });
  expect({ passes: isPassing(error), refuses: isRefusal(error) }).toEqual({ passes, refuses });
});

test('an error that is not of the database passes for nobody', () => {
  for (const error of [new TypeError('x is not a function'), new Error('a connection, somewhere'), 'text', null]) {
    expect([isPassing(error), isRefusal(error), sqlStateOf(error)]).toEqual([false, false, undefined]);
  }
});

test('what the driver says of a lost connection passes, and is what it still says', async () => {
  const sources = ['pg/lib/client.js', 'pg/lib/connection.js', 'pg-pool/index.js'];
  const read = (name: string) => readFile(new URL(`../../node_modules/${name}`, import.meta.url), 'utf8');
  const driver = (await Promise.all(sources.map(read))).join('\n');
  for (const text of lostConnection) {
    expect(driver).toContain(`Error('${text}`);
    expect(isPassing(new Error(`${text} unexpectedly`))).toBe(true);
  }
});
