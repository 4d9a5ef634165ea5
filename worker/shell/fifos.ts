/** A stock of FIFOs, made in bulk since Node has no mkfifo. One is used again only once no process holds it. */
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { lchownSync, mkdirSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';
import { Channel } from './channel.ts';
import type { Account } from './types.ts';

/** FIFOs made by one run of mkfifo: the status, and state and streams of two commands. */
const fifosAtOnce = 8;

/** The FIFOs of one shell. */
export class Fifos {
  #path: string;
  #account: Account | undefined;
  // Two shells that use a directory one after the other never share a FIFO.
  #prefix = randomBytes(3).toString('hex');
  #made = 0;
  #fresh: string[] = [];
  #idle: Channel[] = [];
  #open = new Set<Channel>();

  constructor(path: string, account: Account | undefined) {
    this.#path = path;
    this.#account = account;
  }

  /** Makes sure that `count` FIFOs can be taken without waiting. */
  async stock(count: number): Promise<void> {
    if (this.#idle.some((channel) => !channel.isLinked)) this.#startAfresh();
    if (this.#fresh.length + this.#idle.length >= count) return;
    const names = Array.from({ length: fifosAtOnce }, () => this.#name(this.#made++));
    await promisify(execFile)('mkfifo', ['-m', '600', '--', ...names], { cwd: this.#path });
    for (const name of names) {
      if (this.#account) lchownSync(`${this.#path}/${name}`, this.#account.uid, this.#account.gid);
    }
    this.#fresh.push(...names);
  }

  /** A FIFO nobody holds, opened for reading. */
  takeChannel(): Channel {
    const idle = this.#idle.pop();
    if (idle) return idle;
    const channel = new Channel(this.#path, this.takeName());
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

  /** Of these, or of all, the paths that some process still holds; reads what is in them. */
  heldPaths(channels: Iterable<Channel> = this.#open): string[] {
    return [...channels].filter((channel) => channel.drain()).map(({ name }) => `${this.#path}/${name}`);
  }

  /** Closes and removes them all. */
  clear(): void {
    for (const channel of this.#open) channel.close();
    this.#open.clear();
    for (let number = 0; number < this.#made; number++) rmSync(`${this.#path}/${this.#name(number)}`, { force: true });
  }

  #name(number: number): string {
    return `${this.#prefix}-${number}`;
  }

  #forget(channel: Channel): void {
    this.#open.delete(channel);
    channel.close();
  }

  // A user who removed one FIFO has likely removed them all, and the directory with them.
  #startAfresh(): void {
    mkdirSync(this.#path, { recursive: true, mode: 0o700 });
    for (const channel of this.#idle) this.#forget(channel);
    this.#idle = [];
    this.#fresh = [];
  }
}
