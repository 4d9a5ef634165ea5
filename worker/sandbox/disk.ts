/**
 * Looks after what a session's directories hold while a command of it runs. There is no bound of that in the kernel that every file
 * system has; so the machine's free space is looked at, which costs nothing, and once much has gone, the directories are measured.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Between two looks: a disk writes a few hundred MiB meanwhile. */
const lookMs = 1_000;
/** Of the limit, what must have gone from the free space before a directory is measured. */
const part = 1 / 16;
/** A directory that takes longer has too many files to be counted while a command fills the disk. */
const measureMsMax = 30_000;
const KiB = 1024;
/** What st_blocks counts in. */
const blockBytes = 512;

/** Free bytes of file systems, by a directory in them, and when they were looked at: sessions share one. */
const seen = new Map<string, { bytes: number; atMs: number }>();

interface DiskOptions {
  directories: string[];
  limitBytes: number;
  /** Where `du` is looked for. */
  path: string;
}

/** The directories of one cell, and how much they may hold. */
export class Disk {
  readonly #options: DiskOptions;
  #usedBytes = 0;

  constructor(options: DiskOptions) {
    this.#options = options;
  }

  /**
   * Looks until the function that it returns is called; `exceeded` is called, once, when they hold too much and grow. `processes` gives
   * the ids of those that may have files open which have no name any more.
   */
  watch(exceeded: () => void, processes: () => number[]): () => void {
    // What was there a moment ago will do: at worst a directory is measured for nothing.
    let beforeBytes = this.#seenBytes();
    let isOver = false;
    let timer: NodeJS.Timeout;
    const look = async () => {
      const freeBytes = await this.#freeBytes();
      beforeBytes ??= freeBytes;
      const goneBytes = beforeBytes - freeBytes;
      if (isOver || goneBytes < this.#options.limitBytes * part) return;
      beforeBytes = freeBytes;
      if ((await this.#isExceeded(goneBytes, processes)) && !isOver) {
        isOver = true;
        exceeded();
      }
    };
    const lookAgain = async () => {
      // A directory that is gone holds nothing.
      await look().catch(() => undefined);
      // Most commands are over before: for these nothing is looked at again.
      if (!isOver) timer = setTimeout(lookAgain, lookMs).unref();
    };
    if (beforeBytes === undefined) void lookAgain();
    else timer = setTimeout(lookAgain, lookMs).unref();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }

  /** What shrinks is let be: a command may be removing what is too much. */
  async #isExceeded(goneBytes: number, processes: () => number[]): Promise<boolean> {
    const before = this.#usedBytes;
    const measured = await this.#measure();
    // Of what it keeps from being counted this much is taken to be its own.
    const named = measured.isWhole ? measured.bytes : Math.max(measured.bytes, before + goneBytes);
    this.#usedBytes = named + (await this.#namelessBytes(processes()));
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

  /** `isWhole`: all was counted. The host counts, since it can read more than the session can hide from itself; `du` follows no link. */
  async #measure(): Promise<{ bytes: number; isWhole: boolean }> {
    const { directories, path } = this.#options;
    const du = spawn('du', ['-skxc', '--', ...directories], {
      cwd: '/',
      env: { PATH: path, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: measureMsMax,
    });
    let total = '';
    let isHidden = false;
    du.stdout.setEncoding('latin1').on('data', (text: string) => {
      total += text;
    });
    // One line for each that could not be read; a file that goes meanwhile is told, too, and the total all the same.
    du.stderr.setEncoding('latin1').on('data', (text: string) => {
      isHidden ||= /denied|cannot read/i.test(text);
    });
    const [, signal] = (await once(du, 'close').catch(() => [null, 'none'])) as [number | null, string | null];
    const kilobytes = /^(\d+)\ttotal$/m.exec(total)?.[1];
    return { bytes: Number(kilobytes ?? 0) * KiB, isWhole: kilobytes !== undefined && signal === null && !isHidden };
  }

  /** What files take that were removed and are still open. */
  async #namelessBytes(processes: number[]): Promise<number> {
    const { type } = await statfs(this.#place);
    const files = new Map<number, number>();
    for (const pid of processes) {
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      for (const name of names) {
        const open = `/proc/${pid}/fd/${name}`;
        const file = await stat(open).catch(() => undefined);
        if (!file?.isFile() || file.nlink > 0) continue;
        // What has no name may be memory, too.
        const place = await statfs(open).catch(() => undefined);
        if (place?.type === type) files.set(file.ino, file.blocks * blockBytes);
      }
    }
    return [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  }
}
