/** The companion's last words: how long it tries to say them, and what becomes of what it could not say. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Query } from '../../sql/contract.ts';
import type { Database } from '../../worker/database.ts';
import { Guard } from '../../worker/guard.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { silent } from '../support/log.ts';

const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const gone = Object.assign(new Error('database "limpet" does not exist'), { code: '3D000' });

/** A companion of a host that has died, with a database that answers so; resolves when it has left. `spool`: its host had output on disk. */
async function lastWords({
  answer,
  spool,
  reportMs,
}: {
  answer: Query;
  spool: boolean | 'unreadable';
  reportMs: number;
}) {
  const runDir = `${await temporaryDirectory(onTestFinished)}/run`;
  await mkdir(`${runDir}/${spool === 'unreadable' ? '' : 'spool'}`, { recursive: true });
  if (spool === 'unreadable') await writeFile(`${runDir}/spool`, 'no directory');
  else if (spool) await writeFile(`${runDir}/spool/0190f6a1-0000-7000-8000-000000000000`, 'output');
  const left = Promise.withResolvers<void>();
  let calls = 0;
  const query: Query = (text, values) => {
    calls += 1;
    return answer(text, values);
  };
  const openDatabase = () => ({ pool: { end: async () => {} }, query }) as unknown as Database;
  const guard = new Guard({ endTrees: async () => {}, openDatabase, log: silent, leave: left.resolve });
  guard.hear({ kind: 'start', connectionString: '', incarnation: 'x', graceMs: 1, runDir, reportMs });
  await guard.act('gone');
  await left.promise;
  return { calls, isCleared: !existsSync(runDir) };
}

/** Refuses so many calls, and answers the others with the result of each function. */
function answersAfter(refusals: number): Query {
  let calls = 0;
  return async (text) => {
    calls += 1;
    if (calls <= refusals) throw refused;
    return [{ result: text.includes('confirm_death') ? [] : 0 }];
  };
}

test('where the database is gone for good, and says so, it leaves at once', async () => {
  const answer: Query = () => Promise.reject(gone);
  expect(await lastWords({ answer, spool: true, reportMs: 3_600_000 })).toEqual({ calls: 1, isCleared: false });
});

test('where nobody answers it leaves once anybody may bury its host unasked; the next host that starts there finds what is left', async () => {
  const { calls, isCleared } = await lastWords({ answer: () => Promise.reject(refused), spool: false, reportMs: 1 });
  expect(calls).toBeGreaterThan(0);
  expect(isCleared).toBe(false);
});

test('with output to tell of it tries on beyond that', async () => {
  expect(await lastWords({ answer: answersAfter(3), spool: true, reportMs: 1 })).toEqual({ calls: 5, isCleared: true });
});

test('what was told is removed', async () => {
  expect(await lastWords({ answer: answersAfter(0), spool: false, reportMs: 60_000 })).toEqual({
    calls: 2,
    isCleared: true,
  });
});

test('what cannot be read stays, and the death is told without it', async () => {
  const said = await lastWords({ answer: answersAfter(0), spool: 'unreadable', reportMs: 60_000 });
  expect(said).toEqual({ calls: 1, isCleared: false });
});
