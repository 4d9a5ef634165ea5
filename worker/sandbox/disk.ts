/**
 * Looks after what a session's directories hold while a command of it runs. There is no bound of that in the kernel that every file
 * system has; so the machine's free space is looked at, which costs nothing, and once much has gone, the directories are measured.
 */
import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Between two looks: a disk writes a few hundred MiB meanwhile. */
const lookMs = 1_000;
/** Of the limit, what must have gone from the free space before a directory is measured. */
const part = 1 / 16;
const KiB = 1024;

/** Free bytes of file systems, by a directory in them, and when they were looked at: sessions share one. */
const seen = new Map<string, { bytes: number; atMs: number }>();

export interface DiskOptions {
  directories: string[];
  limitBytes: number;
  /** Who measures: the session itself, so that the host follows no link of its. */
  account: { uid: number; gid: number } | undefined;
  /** Where `du` is looked for. */
  path: string;
}

export class Disk {
  readonly #options: DiskOptions;
  #usedBytes = 0;

  constructor(options: DiskOptions) {
    this.#options = options;
  }

  /** Looks until the function that it returns is called; `exceeded` is called, once, when they hold too much and grow. */
  watch(exceeded: () => void): () => void {
    // What was there a moment ago will do: at worst a directory is measured for nothing.
    let beforeBytes = this.#seenBytes();
    let isOver = false;
    let timer: NodeJS.Timeout;
    const look = async () => {
      const freeBytes = await this.#freeBytes();
      beforeBytes ??= freeBytes;
      if (!isOver && beforeBytes - freeBytes >= this.#options.limitBytes * part) {
        beforeBytes = freeBytes;
        if (await this.#isExceeded()) return isOver || exceeded();
      }
      // Most commands are over before: for these nothing is looked at again.
      if (!isOver) timer = setTimeout(lookAgain, lookMs).unref();
    };
    // A directory that is gone holds nothing.
    const lookAgain = () => void look().catch(() => undefined);
    if (beforeBytes === undefined) lookAgain();
    else timer = setTimeout(lookAgain, lookMs).unref();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  /** What shrinks is let be: a command may be removing what is too much. */
  async #isExceeded(): Promise<boolean> {
    const before = this.#usedBytes;
    this.#usedBytes = await this.#measure();
    return this.#usedBytes > this.#options.limitBytes && this.#usedBytes > before;
  }

  get #place(): string {
    return dirname(this.#options.directories[0] ?? '/');
  }

  #seenBytes(): number | undefined {
    const last = seen.get(this.#place);
    return last && performance.now() - last.atMs < lookMs ? last.bytes : undefined;
  }

  async #freeBytes(): Promise<number> {
    const { bavail, bsize } = await statfs(this.#place);
    seen.set(this.#place, { bytes: bavail * bsize, atMs: performance.now() });
    return bavail * bsize;
  }

  async #measure(): Promise<number> {
    const { directories, account, path } = this.#options;
    // A file that goes meanwhile is told by an exit code of 1, and the total all the same.
    const words = ['-skxc', '--', ...directories];
    // Its environment can be read by the session.
    const { stdout } = await run('du', words, { ...account, cwd: '/', env: { PATH: path } }).catch(
      (error: { stdout?: string }) => ({ stdout: error.stdout ?? '' }),
    );
    return Number(/^(\d+)\ttotal$/m.exec(stdout)?.[1] ?? 0) * KiB;
  }
}
