/**
 * A shell's private directory: FIFOs and the files that bash reads.
 *
 * With an account of its own the shell may pass through it but neither list nor change it: it is root's, and only
 * the files belong to the account. Otherwise shell and host are the same account, and a user can remove files in it.
 */
import { execFile } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  fchownSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { promisify } from 'node:util';
import { Channel } from './channel.ts';
import type { Account } from './types.ts';

/** FIFOs made by one run of mkfifo: state, two commands' streams, an interactive stdin. */
const fifosAtOnce = 8;
const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;

export class PrivateDirectory {
  readonly path: string;
  #account: Account | undefined;
  #names = new Set<string>();
  #fresh: string[] = [];
  #idle: Channel[] = [];
  #open = new Set<Channel>();
  #made = 0;
  readonly #prefix: string;

  /** `prefix` keeps the FIFOs of two shells apart that use the directory one after the other. */
  constructor(path: string, prefix: string, account: Account | undefined) {
    this.path = path;
    this.#prefix = prefix;
    this.#account = account;
    chmodSync(path, account ? 0o711 : 0o700);
  }

  /** Writes a file that the shell may read. */
  write(name: string, content: string | Uint8Array): void {
    this.#names.add(name);
    const fd = openSync(`${this.path}/${name}`, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    try {
      if (this.#account) fchownSync(fd, this.#account.uid, this.#account.gid);
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      for (let offset = 0; offset < bytes.length; ) offset += writeSync(fd, bytes, offset);
    } finally {
      closeSync(fd);
    }
  }

  remove(name: string): void {
    rmSync(`${this.path}/${name}`, { force: true });
    this.#names.delete(name);
  }

  /** Makes sure that `count` FIFOs can be taken without waiting. */
  async stock(count: number): Promise<void> {
    if (this.#idle.some((channel) => !channel.isLinked)) this.#startAfresh();
    if (this.#fresh.length + this.#idle.length >= count) return;
    const names = Array.from({ length: fifosAtOnce }, () => `${this.#prefix}-${this.#made++}`);
    await promisify(execFile)('mkfifo', ['-m', '600', '--', ...names], { cwd: this.path });
    for (const name of names) {
      this.#names.add(name);
      if (this.#account) chownSync(`${this.path}/${name}`, this.#account.uid, this.#account.gid);
    }
    this.#fresh.push(...names);
  }

  get stocked(): number {
    return this.#fresh.length + this.#idle.length;
  }

  /** A FIFO nobody holds, opened for reading. */
  takeChannel(): Channel {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const channel = new Channel(this.path, this.takeName());
    this.#open.add(channel);
    return channel;
  }

  giveChannel(channel: Channel): void {
    if (this.#open.has(channel)) this.#idle.push(channel);
  }

  /** A FIFO nobody holds, not opened. */
  takeName(): string {
    const name = this.#fresh.pop();
    if (name !== undefined) return name;
    const idle = this.#idle.pop();
    if (!idle) throw new Error('No FIFO in stock: call stock() first.');
    this.#forget(idle);
    return idle.name;
  }

  giveName(name: string): void {
    this.#fresh.push(name);
  }

  /** Closes and removes everything that was made here. */
  clear(): void {
    for (const channel of this.#open) channel.close();
    this.#open.clear();
    for (const name of [...this.#names]) this.remove(name);
  }

  #forget(channel: Channel): void {
    this.#open.delete(channel);
    channel.close();
  }

  // A user who removed one FIFO has likely removed them all, and the directory with them.
  #startAfresh(): void {
    mkdirSync(this.path, { recursive: true, mode: 0o700 });
    for (const channel of this.#idle) this.#forget(channel);
    this.#idle = [];
    this.#fresh = [];
  }
}
