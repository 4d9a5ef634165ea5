/**
 * Output that waits on disk while Postgres does not answer: a file a command, in the directory of this start of the host.
 * What it holds is part of no promise until Postgres has it: of a host that died the files are discarded, and the record
 * says so.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../sql/contract.ts';

/** All spools of one start of a host. They share one bound. */
export class Spools {
  readonly #directory: string;
  readonly #bytesMax: number;
  readonly #log: Log;
  readonly #ending: AbortSignal | undefined;
  #bytes = 0;
  #isRefusing = false;

  /** Once `ending` is aborted the files stay: whoever reports the host's end tells what is discarded with them. */
  constructor(runDir: string, bytesMax: number, log: Log, ending?: AbortSignal) {
    this.#directory = spoolDirectory(runDir);
    this.#bytesMax = bytesMax;
    this.#log = log;
    this.#ending = ending;
  }

  /** The spool of one attempt; no file is made before there is something to write. */
  open(attempt: string): Spool {
    return new Spool(
      () => this.#create(attempt),
      (count) => this.#take(count),
      (count) => {
        this.#bytes -= count;
        this.#isRefusing = false;
      },
      (path) => {
        if (!this.#ending?.aborted) rmSync(path, { force: true });
      },
      (error) => this.#log('error', 'spool_failed', { attempt, error: error.message }),
    );
  }

  #create(attempt: string): { fd: number; path: string } {
    mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, attempt);
    return { fd: openSync(path, 'wx+', 0o600), path };
  }

  #take(count: number): boolean {
    if (this.#bytes + count > this.#bytesMax) {
      if (!this.#isRefusing) this.#log('warn', 'spool_full', { bytes: this.#bytes, bytes_max: this.#bytesMax });
      this.#isRefusing = true;
      return false;
    }
    this.#bytes += count;
    return true;
  }
}

/**
 * One file. Reading and writing are synchronous: it is 64 KiB at a time to and from the page cache, in the middle of a
 * stream whose order must hold.
 */
export class Spool {
  readonly #create: () => { fd: number; path: string };
  readonly #take: (count: number) => boolean;
  readonly #give: (count: number) => void;
  readonly #remove: (path: string) => void;
  readonly #failed: (error: Error) => void;
  #file: { fd: number; path: string } | null = null;
  #end = 0;

  constructor(
    create: () => { fd: number; path: string },
    take: (count: number) => boolean,
    give: (count: number) => void,
    remove: (path: string) => void,
    failed: (error: Error) => void,
  ) {
    this.#create = create;
    this.#take = take;
    this.#give = give;
    this.#remove = remove;
    this.#failed = failed;
  }

  /** Appends; returns where, or null where there is no room for it, or the disk refuses. */
  write(bytes: Uint8Array): number | null {
    if (!this.#take(bytes.length)) return null;
    try {
      this.#file ??= this.#create();
      const at = this.#end;
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#file.fd, bytes, done, bytes.length - done, at + done);
      this.#end += bytes.length;
      return at;
    } catch (error) {
      this.#give(bytes.length);
      this.#failed(error as Error);
      return null;
    }
  }

  /** What was written at `at`. */
  read(at: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafe(length);
    if (!this.#file) throw new Error('Nothing was spooled.');
    for (let done = 0; done < length; ) {
      const count = readSync(this.#file.fd, bytes, done, length - done, at + done);
      if (count === 0) throw new Error('The spool is shorter than what was written to it.');
      done += count;
    }
    return bytes;
  }

  /** Nothing of it is needed any more: the file goes. */
  clear(): void {
    if (!this.#file) return;
    closeSync(this.#file.fd);
    this.#remove(this.#file.path);
    this.#give(this.#end);
    this.#file = null;
    this.#end = 0;
  }
}

/** The spools that a start of a host has left: the attempts, and how many bytes each had. */
export interface LeftSpools {
  attempts: string[];
  bytes: number[];
}

/** Looks for them. Null where they cannot be read, which is logged: nobody can tell what was discarded then, so they must stay. */
export function leftSpools(runDir: string, log: Log): LeftSpools | null {
  const directory = spoolDirectory(runDir);
  try {
    const attempts = readdirSync(directory);
    return { attempts, bytes: attempts.map((attempt) => statSync(join(directory, attempt)).size) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // It never had any.
    if (code === 'ENOENT' && !existsSync(directory)) return { attempts: [], bytes: [] };
    log('error', 'spools_not_read', { error: message });
    return null;
  }
}

function spoolDirectory(runDir: string): string {
  return join(runDir, 'spool');
}
