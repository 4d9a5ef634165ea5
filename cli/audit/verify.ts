/** `limpet audit verify`: a bundle against public keys, without a database and without a network. */
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { lineBytesMax, parseLine } from '../../audit/bundle.ts';
import { looksLikeVerifier, parseVerifier, type Verifier } from '../../audit/keys.ts';
import { exitCodes, type Report, reportText } from '../../audit/report.ts';
import { Verification } from '../../audit/verify.ts';
import { UsageError } from '../client/problem.ts';
import { linesOf } from './lines.ts';
import { readCheckpoint, remember, remembered } from './seen.ts';

export type VerifyFlags = {
  /** Public keys, or files of them. */
  pub: string[];
  /** A file with the last checkpoint seen. */
  checkpoint?: string;
  /** Where the last checkpoint seen is remembered; undefined: nowhere. */
  state: string | undefined;
  json?: boolean;
};

/** Verifies the bundle in a file, `-` for standard input, prints what was found and returns the exit code: 0, 1 or 2. */
export async function verifyBundle(bundle: string, flags: VerifyFlags, print: (text: string) => void): Promise<number> {
  const verifiers = (await Promise.all(flags.pub.map(readVerifiers))).flat();
  const lines = linesOf(bundle === '-' ? process.stdin : createReadStream(bundle), lineBytesMax);
  const { verification, report } = await walk(lines, verifiers, flags);
  print(flags.json ? `${JSON.stringify(report)}\n` : reportText(report));
  const { newest } = verification;
  if (newest && flags.state !== undefined) await remember(flags.state, newest);
  return exitCodes[report.verdict];
}

/** The first line says of which log it is, and so which checkpoint was seen of it. */
async function walk(
  lines: AsyncGenerator<string, void>,
  verifiers: Verifier[],
  flags: VerifyFlags,
): Promise<{ verification: Verification; report: Report }> {
  const first = await lines.next();
  const header = parseLine(first.value ?? '');
  const log = header.type === 'bundle' ? header.log : undefined;
  const verification = new Verification({ verifiers, seen: await seenOf(log, flags) });
  if (!first.done) verification.read(first.value);
  for await (const line of lines) verification.read(line);
  return { verification, report: verification.finish() };
}

async function seenOf(log: string | undefined, { checkpoint, state }: VerifyFlags): Promise<string | undefined> {
  if (checkpoint !== undefined) return readCheckpoint(checkpoint);
  return state === undefined || log === undefined ? undefined : remembered(state, log);
}

/** A key as it is written, or a file with one on each line. */
async function readVerifiers(given: string): Promise<Verifier[]> {
  try {
    if (looksLikeVerifier(given)) return [parseVerifier(given)];
    const lines = (await readFile(given, 'utf8')).split('\n').filter((line) => line.trim() !== '');
    if (lines.length === 0) throw new Error('The file is empty.');
    return lines.map(parseVerifier);
  } catch (error) {
    throw new UsageError(`--pub ${given}: ${(error as Error).message}`);
  }
}
