/**
 * The directories of sessions. Each belongs to the account that its shells run as, and is closed to every other; that it belongs to it
 * is all that remembers which account it is. They are in a directory of the host's, so no session can replace its own or reach another's.
 */
import { chown, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  type AccountRange,
  type Accounts,
  freshUid,
  hostAccount,
  isWithin,
  ownAccount,
  ownName,
  type ShellAccount,
} from './account.ts';
import { isThere, ownerOf, removeAsOwner } from './ownership.ts';
import type { Profile } from './sandbox/index.ts';

/** The directories of one session and the account they belong to. */
export interface Home {
  path: string;
  /** Its own /tmp, where its profile gives it one. */
  tmp: string;
  account: ShellAccount;
}

/** Makes, finds, gives away and removes them. */
export class Homes {
  readonly #directory: string;
  readonly #temporary: string;
  readonly #accounts: Accounts;
  /** Two sessions that are opened at once do not get one account. */
  #making: Promise<unknown> = Promise.resolve();

  /** `directory` and `temporary` hold a directory for each session. */
  constructor(directory: string, temporary: string, accounts: Accounts) {
    this.#directory = directory;
    this.#temporary = temporary;
    this.#accounts = accounts;
  }

  /** The session's own directory, its HOME, and its account: made where there is none. */
  open(session: string, profile: Profile): Promise<Home> {
    const opened = this.#making.then(() => this.#open(session, profile));
    this.#making = opened.catch(() => undefined);
    return opened;
  }

  /** The same for a shell that is to serve a session which is not known yet: `give` makes it that session's. */
  openWarm(shell: string, profile: Profile): Promise<Home> {
    return this.open(warmName(shell), profile);
  }

  /** What was opened for this shell is the session's from now on, its account too. Rejects where the session has a directory. */
  async give(shell: string, session: string, { account, tmp }: Home): Promise<Home> {
    const [from, path] = [join(this.#directory, warmName(shell)), join(this.#directory, session)];
    // An empty directory in its place would be replaced without a word.
    if (await isThere(path)) throw new Error('The session has a directory.');
    await rename(from, path);
    const given = join(this.#temporary, session);
    if (await isThere(tmp)) await rename(tmp, given);
    return { path, tmp: given, account };
  }

  /** What was opened for a shell that serves nobody is removed. */
  removeWarm(shell: string): Promise<void> {
    return this.remove(warmName(shell));
  }

  /** Removes what shells that served nobody have left, of starts of a host that left nothing else: each has its directory in `runs` while it may have a shell. */
  async removeWarmOfOld(runs: string): Promise<void> {
    const names = (await readdir(this.#directory)).filter((name) => name.startsWith(warmName('')));
    const live = await readdir(runs);
    for (const name of names) {
      if (!live.some((incarnation) => name.startsWith(warmName(incarnation)))) await this.remove(name);
    }
  }

  /** The sessions that have a directory here. */
  async list(): Promise<string[]> {
    return (await readdir(this.#directory)).filter((name) => z.uuid().safeParse(name).success);
  }

  /**
   * Removes it, with all that is in it: as its own account first, which can remove nothing but its own, whatever links it left there.
   * Nothing runs in it any more.
   */
  async remove(session: string): Promise<void> {
    for (const directory of [this.#directory, this.#temporary]) await removeAsOwner(join(directory, session));
  }

  /** The account that only one session has, of whoever owns something in this directory of a shell. */
  async ownAccountIn(directory: string): Promise<number | undefined> {
    if (!('range' in this.#accounts)) return undefined;
    const { range } = this.#accounts;
    const owners = await Promise.all((await readdir(directory)).map((name) => ownerOf(join(directory, name))));
    return owners.find((uid) => isWithin(range, uid));
  }

  async #open(session: string, profile: Profile): Promise<Home> {
    const [path, tmp] = [join(this.#directory, session), join(this.#temporary, session)];
    await mkdir(path, { recursive: true, mode: 0o700 });
    const account = profile === 'none' || profile === 'template' ? hostAccount() : await this.#account(path);
    if (profile === 'bubblewrap') {
      await mkdir(tmp, { recursive: true, mode: 0o700 });
      if (account.ids) await chown(tmp, account.ids.uid, account.ids.gid);
    }
    return { path, tmp, account };
  }

  async #account(path: string): Promise<ShellAccount> {
    const { uid, gid } = await stat(path);
    if ('range' in this.#accounts) return this.#accountOf(path, uid, gid, this.#accounts.range);
    const { ids } = this.#accounts.shared;
    if (ids && (uid !== ids.uid || gid !== ids.gid)) await chown(path, ids.uid, ids.gid);
    return this.#accounts.shared;
  }

  async #accountOf(path: string, owner: number, gid: number, range: AccountRange): Promise<ShellAccount> {
    if (isWithin(range, owner)) return ownAccount(owner);
    // Made while LIMPET_SHELL_USER was another: its files are that account's, and so are other sessions'.
    if (owner !== 0) return { name: ownName, ids: { uid: owner, gid }, isOwn: false };
    // Root's is one that was just made, also by a host that ended right then.
    const uid = freshUid(range, await this.#taken());
    await chown(path, uid, uid);
    return ownAccount(uid);
  }

  async #taken(): Promise<Set<number>> {
    const names = await readdir(this.#directory);
    return new Set(await Promise.all(names.map((name) => ownerOf(join(this.#directory, name)))));
  }
}

/** A shell's id begins with its host's incarnation, and no session's with this. */
function warmName(shell: string): string {
  return `warm-${shell}`;
}
