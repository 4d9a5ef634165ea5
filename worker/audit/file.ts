/**
 * The file to which signed checkpoints are appended, outside the database: a JSON line each, as in a bundle. Whoever copies it
 * elsewhere can prove later what the record was.
 */
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import type { Signed } from './sign.ts';

/** A note is far shorter than this. */
const tailBytes = 64 * 1024;

const Entry = z.object({ number: z.int().positive(), note: z.string() });

/** The last checkpoint in the file; undefined where there is none. A line that was cut off by a crash does not count. */
export async function readLast(file: string): Promise<Signed | undefined> {
  const lines = (await readTail(file)).split('\n');
  const entry = lines.slice(0, -1).findLast((line) => line !== '');
  return entry === undefined ? undefined : Entry.parse(JSON.parse(entry));
}

/** Appends checkpoints; they are on the disk when this resolves. */
export async function append(file: string, checkpoints: readonly Signed[]): Promise<void> {
  if (checkpoints.length === 0) return;
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const tail = await readTail(file);
  const handle = await open(file, 'a', 0o644);
  try {
    const lines = checkpoints.map(({ number, note }) => JSON.stringify({ type: 'checkpoint', number, note }));
    await handle.appendFile(`${tail === '' || tail.endsWith('\n') ? '' : '\n'}${lines.join('\n')}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readTail(file: string): Promise<string> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return '';
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - tailBytes);
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(size - start), position: start });
    const text = buffer.toString('utf8', 0, bytesRead);
    // What the tail begins in the middle of is no line.
    return start === 0 ? text : text.slice(text.indexOf('\n') + 1);
  } finally {
    await handle.close();
  }
}
