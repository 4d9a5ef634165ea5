/** Directories and accounts of sessions: one each, kept, and nobody else's. */
import { randomUUID } from 'node:crypto';
import { chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findAccounts, freshUid } from '../../worker/account.ts';
import { Homes } from '../../worker/homes.ts';
import { temporaryDirectory } from './shell/support.ts';

const isRoot = process.getuid?.() === 0;
const range = { first: 1_900_000_000, last: 1_900_000_001 };

test('a number that is taken is not given again, and none is made up where all are', () => {
  expect(freshUid(range, new Set([range.first]))).toBe(range.last);
  expect(() => freshUid(range, new Set([range.first, range.last]))).toThrow(/All 2 accounts of LIMPET_SHELL_USER/);
});

test.skipIf(isRoot)('a host that is not root has its own account for all', async () => {
  expect(await findAccounts('1900000000-1900000001')).toMatchObject({ shared: { isOwn: false } });
});

test.runIf(isRoot).each([
  ['root', /is root/],
  ['0-10', /without root/],
  ['20-10', /without root/],
  ['4294967000-4294967299', /has no accounts/],
  ['no-such-account', /no account "no-such-account"/],
])('LIMPET_SHELL_USER=%s is refused with a sentence', async (given, message) => {
  await expect(findAccounts(given)).rejects.toThrow(message);
});

test.runIf(isRoot)('a name is one account for all, and nothing a range of numbers', async () => {
  expect(await findAccounts('nobody')).toMatchObject({ shared: { name: 'nobody', isOwn: false } });
  expect(await findAccounts(undefined)).toHaveProperty('range.first');
});

test.runIf(isRoot)('each session has a directory and an account of its own, and finds them again', async () => {
  const homes = new Homes(temporaryDirectory(), temporaryDirectory(), { range });
  const [one, other] = [randomUUID(), randomUUID()];
  const [first, second] = await Promise.all([homes.open(one, 'account'), homes.open(other, 'account')]);
  const uids = [first.account.ids?.uid, second.account.ids?.uid];
  expect(uids.toSorted()).toEqual([range.first, range.last]);
  for (const { path, account } of [first, second]) {
    expect(statSync(path)).toMatchObject({ uid: account.ids?.uid, gid: account.ids?.gid });
    expect(statSync(path).mode & 0o777).toBe(0o700);
    expect(account.isOwn).toBe(true);
  }
  expect(await homes.open(one, 'account')).toEqual(first);
  await expect(homes.open(randomUUID(), 'account')).rejects.toThrow(/All 2 accounts/);
});

test.runIf(isRoot)('a directory of another account keeps it, and is not taken for a session’s alone', async () => {
  const directory = temporaryDirectory();
  const session = randomUUID();
  mkdirSync(`${directory}/${session}`, { mode: 0o700 });
  chownSync(`${directory}/${session}`, 65_534, 65_534);
  const { account } = await new Homes(directory, temporaryDirectory(), { range }).open(session, 'account');
  expect(account).toMatchObject({ ids: { uid: 65_534 }, isOwn: false });
});

test.runIf(isRoot)('removing one removes its files, and nothing that its links lead to', async () => {
  const directory = temporaryDirectory();
  const homes = new Homes(directory, temporaryDirectory(), { range });
  const outside = temporaryDirectory();
  writeFileSync(`${outside}/kept`, '');
  const { path, account } = await homes.open(randomUUID(), 'account');
  mkdirSync(`${path}/closed`, { mode: 0 });
  symlinkSync(outside, `${path}/link`);
  symlinkSync(`${outside}/kept`, `${path}/closed/link`);
  for (const name of ['closed']) chownSync(`${path}/${name}`, account.ids?.uid ?? 0, account.ids?.gid ?? 0);
  await homes.remove(path.slice(directory.length + 1));
  expect(await readdir(directory)).toEqual([]);
  expect(await readdir(outside)).toEqual(['kept']);
});
