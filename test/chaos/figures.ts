/** Counts what really ran, by the marks that commands left outside the database, and compares it with what the record says. */
import { createHash } from 'node:crypto';
import { type Command, hasEnded, type Query } from '../../sql/contract.ts';
import type { Patient } from '../support/patient.ts';

/** A command that was sent. */
export interface Sent {
  mark: string;
  id: string;
  /** How many numbers it prints after its mark. */
  count: number;
}

/** What became of all that was sent. Anything but zero in `twice`, `missing`, `wrong` and `stateless` is a broken promise. */
export interface Figures {
  commands: number;
  exited: number;
  lost: number;
  /** Ended otherwise: killed by a drain, expired. */
  other: number;
  /** Marks that are in the file more than once. */
  twice: number;
  /** Commands that exited and have no mark; or were acknowledged and are not in the record. */
  missing: number;
  /** Commands whose stored output or digest is not what they print. */
  wrong: number;
  /** Commands that did not find the variable that their session was given first. */
  stateless: number;
}

/** Compares the record with the marks, one a line. `query` is the tables' owner's. */
export async function figuresOf(sent: Sent[], marked: string, caller: Patient, query: Query): Promise<Figures> {
  const marks = countOf(marked.split('\n').filter(Boolean));
  const twice = [...marks.values()].filter((times) => times > 1).length;
  const figures = { commands: 0, exited: 0, lost: 0, other: 0, twice, missing: 0, wrong: 0, stateless: 0 };
  for (const one of sent) await count(one, marks, figures, caller, query);
  return figures;
}

async function count(
  sent: Sent,
  marks: Map<string, number>,
  figures: Figures,
  caller: Patient,
  query: Query,
): Promise<void> {
  const command = await caller.command(sent.id);
  figures.commands += 1;
  if (command.state === 'lost') figures.lost += 1;
  else if (command.state !== 'exited') figures.other += 1;
  if (!hasEnded(command.state)) figures.missing += 1;
  const stored = Buffer.from(await caller.output(sent.id));
  const expected = expectedOf(sent);
  if (!expected.subarray(0, stored.length).equals(stored)) {
    figures[stored.includes('stateless\n') ? 'stateless' : 'wrong'] += 1;
  }
  if (command.state !== 'exited') return;
  figures.exited += 1;
  if (marks.get(sent.mark) !== 1) figures.missing += 1;
  if (stored.length !== expected.length || (await digestOf(query, command)) !== sha256(expected)) figures.wrong += 1;
}

function expectedOf({ mark, count }: Sent): Buffer {
  return Buffer.from(`${mark}\n${Array.from({ length: count }, (_, index) => `${index + 1}\n`).join('')}`);
}

async function digestOf(query: Query, { id }: Command): Promise<string> {
  const [row] = await query(`select encode(stdout_sha256, 'hex') as digest from limpet.commands where id = $1`, [id]);
  return String(row?.digest);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function countOf(words: string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}
