/**
 * What /proc says of all processes at one moment, each file read once, and by what each is known. A walk through /proc costs some ten
 * microseconds a process; where hundreds of shells end together, as when a host is stopped, each looking for itself would be minutes of walking.
 */
import {
  type Process,
  readAccount,
  readEnvironment,
  readHardLimit,
  readOpenPaths,
  readProcesses,
} from './processes.ts';

/** For so long after it was read, in ms, a moment serves others at least: nobody waits noticeably longer for an end to be seen. */
const sharedMs = 10;

/** Processes by something that they have. */
type Index<Key> = Map<Key, Process[]>;

/** One look at all processes. What is asked of them besides is read when it is first asked. */
export class Moment {
  /** When its reading began, as performance.now() tells. */
  readonly takenAt = performance.now();
  readonly #processes: Map<number, Process> = readProcesses();
  readonly #readAt = performance.now();
  readonly #indices = new Map<string, Index<string | number>>();

  /** Not older than a moment, or than it took to read. */
  get isFresh(): boolean {
    return performance.now() - this.#readAt < Math.max(sharedMs, this.#readAt - this.takenAt);
  }

  get(pid: number): Process | undefined {
    return this.#processes.get(pid);
  }

  /** Those that were started with this variable at this value. */
  withVariable(name: string, value: string): Process[] {
    const prefix = `${name}=`;
    const values = ({ pid }: Process) =>
      readEnvironment(pid)
        .filter((entry) => entry.startsWith(prefix))
        .map((entry) => entry.slice(prefix.length));
    return this.#by(`variable ${name}`, values).get(value) ?? [];
  }

  /** Those of this hard limit, as readHardLimit tells. */
  withLimit(name: string, value: string): Process[] {
    return this.#by(`limit ${name}`, ({ pid }) => [readHardLimit(pid, name)]).get(value) ?? [];
  }

  withAccount(uid: number): Process[] {
    return this.#by('account', ({ pid }) => [readAccount(pid)]).get(uid) ?? [];
  }

  inSession(session: number): Process[] {
    return this.#by('session', (process) => [process.session]).get(session) ?? [];
  }

  childrenOf(pid: number): Process[] {
    return this.#by('parent', ({ parent }) => [parent]).get(pid) ?? [];
  }

  /** Those that have one of these files open, but for this process. */
  holdersOf(paths: string[]): Process[] {
    const open = this.#by('open file', ({ pid }) => readOpenPaths(pid));
    const holders = new Set(paths.flatMap((path) => open.get(path) ?? []));
    return [...holders].filter(({ pid }) => pid !== process.pid);
  }

  #by(name: string, keysOf: (process: Process) => (string | number)[]): Index<string | number> {
    const known = this.#indices.get(name);
    if (known) return known;
    const index: Index<string | number> = new Map();
    for (const process of this.#processes.values()) {
      for (const key of new Set(keysOf(process))) {
        const those = index.get(key);
        if (those) those.push(process);
        else index.set(key, [process]);
      }
    }
    this.#indices.set(name, index);
    return index;
  }
}

let last: Moment | undefined;

/**
 * A moment not before `since`, which others may have looked at, too: for who looks whether something that began before `since` is gone. Gone it
 * stays; what is still seen is looked for again.
 */
export function sharedMoment(since: number): Moment {
  if (!last?.isFresh || last.takenAt < since) last = new Moment();
  return last;
}
