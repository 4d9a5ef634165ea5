/**
 * The accounts that shells run as. Where the host is root each session has one of its own, a number that no name belongs to: then the
 * kernel keeps its files, its memory and its processes from every other session, and whatever runs as it is of that session.
 */
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The account that a shell runs as. */
export interface ShellAccount {
  /** What a shell is told as USER. */
  name: string;
  /** Set where it is another account than the host's own, which only root may choose. */
  ids?: { uid: number; gid: number };
  /** No other session has it. */
  isOwn: boolean;
}

/** First and last number of the accounts that sessions are given. */
export interface AccountRange {
  first: number;
  last: number;
}

/** Where shells' accounts come from: one for all, or one of a range for each session. */
export type Accounts = { shared: ShellAccount } | { range: AccountRange };

/**
 * Numbers that nobody gives to accounts, containers or services, as systemd's list of them has it: so many that two hosts of one
 * machine, which choose at random, hardly ever choose the same.
 */
const rangeDefault: AccountRange = { first: 1_879_048_192, last: 2_147_483_646 };
/** Where a container has but 65,536 numbers: above those of people, below those of the system. */
const rangeOfFew: AccountRange = { first: 50_000, last: 59_999 };
/** For a session's account, which has no name on this machine. */
export const ownName = 'limpet';
const rangePattern = /^(\d+)-(\d+)$/;

/**
 * The accounts for shells, as LIMPET_SHELL_USER asks: the name of one for all of them, a range `FIRST-LAST` of numbers, or nothing for
 * the usual range. A host that is not root has only its own. Throws where there is no such account, or it is root.
 */
export async function findAccounts(shellUser: string | undefined): Promise<Accounts> {
  if (process.getuid?.() !== 0) return { shared: hostAccount() };
  const given = rangePattern.exec(shellUser ?? '');
  if (given) return { range: usableRange({ first: Number(given[1]), last: Number(given[2]) }) };
  if (shellUser === undefined) return { range: isMapped(rangeDefault) ? rangeDefault : usableRange(rangeOfFew) };
  const [uid, gid] = await Promise.all([accountNumber('-u', shellUser), accountNumber('-g', shellUser)]);
  if (uid === 0) throw new Error('LIMPET_SHELL_USER is root: choose an account without rights for the shells.');
  return { shared: { name: shellUser, ids: { uid, gid }, isOwn: false } };
}

/** The one that this host runs as. */
export function hostAccount(): ShellAccount {
  try {
    return { name: userInfo().username, isOwn: false };
  } catch {
    // Containers may run as a number without a name.
    return { name: ownName, isOwn: false };
  }
}

/** The account with this number, of a session that has it to itself. */
export function ownAccount(uid: number): ShellAccount {
  return { name: ownName, ids: { uid, gid: uid }, isOwn: true };
}

/** Is this one of the accounts that sessions are given? */
export function isWithin({ first, last }: AccountRange, uid: number): boolean {
  return first <= uid && uid <= last;
}

/** A number of the range that is none of `taken`. Throws where all are. */
export function freshUid({ first, last }: AccountRange, taken: ReadonlySet<number>): number {
  const size = last - first + 1;
  const start = randomInt(size);
  for (let step = 0; step < size; step += 1) {
    const uid = first + ((start + step) % size);
    if (!taken.has(uid)) return uid;
  }
  throw new Error(`All ${size} accounts of LIMPET_SHELL_USER are taken: close sessions, or give it a greater range.`);
}

/** What the accounts are called in a log. */
export function nameOf(accounts: Accounts): string {
  return 'shared' in accounts ? accounts.shared.name : `${accounts.range.first}-${accounts.range.last}`;
}

function usableRange(range: AccountRange): AccountRange {
  const { first, last } = range;
  if (first < 1 || last < first) throw new Error(`LIMPET_SHELL_USER is no range without root: ${first}-${last}.`);
  if (isMapped(range)) return range;
  throw new Error(`This machine has no accounts ${first}-${last}: set LIMPET_SHELL_USER to numbers of its own.`);
}

/** Does the kernel know these numbers here? A container may have been given a part of them. */
function isMapped({ first, last }: AccountRange): boolean {
  return ['uid_map', 'gid_map'].every((name) => {
    const lines = readFileSync(`/proc/self/${name}`, 'latin1').trim().split('\n');
    const parts = lines.map((line) => line.trim().split(/\s+/).map(Number));
    return parts.some(([from = 0, , count = 0]) => from <= first && last < from + count);
  });
}

async function accountNumber(flag: '-u' | '-g', name: string): Promise<number> {
  try {
    return Number((await run('id', [flag, '--', name])).stdout);
  } catch {
    throw new Error(`There is no account "${name}" on this machine: set LIMPET_SHELL_USER to one for the shells.`);
  }
}
