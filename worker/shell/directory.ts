/**
 * A shell's private directory: the files that bash reads, and its FIFOs.
 *
 * With an account of its own the shell may pass through it but neither list nor change it: it is root's, and only
 * the files belong to the account. Otherwise shell and host are the same account, and a user can remove files in it.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  ftruncateSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { Fifos } from './fifos.ts';
import type { Account } from './types.ts';

const { O_WRONLY, O_CREAT, O_EXCL } = constants;

/** Writes and removes what the host puts there. */
export class PrivateDirectory {
  readonly path: string;
  readonly fifos: Fifos;
  #account: Account | undefined;
  #names = new Set<string>();
  #kept = new Map<string, number>();

  constructor(path: string, account: Account | undefined) {
    this.path = path;
    this.#account = account;
    this.fifos = new Fifos(path, account);
    chmodSync(path, account ? 0o711 : 0o700);
  }

  /** Writes a file that the shell may read, in place of one of that name. */
  write(name: string, content: string | Uint8Array): void {
    this.remove(name);
    const fd = this.#create(name);
    try {
      writeWhole(fd, content);
    } finally {
      closeSync(fd);
    }
  }

  /**
   * The same for a file that is written again and again, and read at once: kept open and overwritten, since truncating
   * and closing it makes ext4 write it to the disk, which takes longer than all the rest of a command.
   */
  rewrite(name: string, content: string | Uint8Array): void {
    let fd = this.#kept.get(name);
    if (fd !== undefined && fstatSync(fd).nlink === 0) {
      closeSync(fd);
      fd = undefined;
    }
    fd ??= this.#create(name);
    this.#kept.set(name, fd);
    ftruncateSync(fd, writeWhole(fd, content));
  }

  remove(name: string): void {
    rmSync(`${this.path}/${name}`, { force: true });
    this.#names.delete(name);
  }

  /** Closes and removes everything that was made here. */
  clear(): void {
    this.fifos.clear();
    for (const fd of this.#kept.values()) closeSync(fd);
    this.#kept.clear();
    for (const name of [...this.#names]) this.remove(name);
  }

  #create(name: string): number {
    this.#names.add(name);
    const fd = openSync(`${this.path}/${name}`, O_WRONLY | O_CREAT | O_EXCL, 0o600);
    if (this.#account) fchownSync(fd, this.#account.uid, this.#account.gid);
    return fd;
  }
}

function writeWhole(fd: number, content: string | Uint8Array): number {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  for (let offset = 0; offset < bytes.length; ) offset += writeSync(fd, bytes, offset, bytes.length - offset, offset);
  return bytes.length;
}
