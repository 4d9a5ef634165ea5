/** Brings signed checkpoints out of the database: into the file, and to the webhook. Whatever was missed is made up for. */
import { readFile, writeFile } from 'node:fs/promises';
import type { HostCalls } from '../../sql/host.ts';
import { append, readLast } from './file.ts';

const webhookMs = 10_000;

/** The database no longer has what this host has kept of it. */
export class RecordChangedError extends Error {
  override readonly name = 'RecordChangedError';
}

/**
 * Appends to the file what it lacks. Throws a `RecordChangedError` where the last checkpoint in it is not in the database as it
 * was: then nothing must be signed on top of it.
 */
export async function publishToFile(calls: HostCalls, file: string): Promise<void> {
  let last = await readLast(file);
  for (;;) {
    const [first, ...rest] = await calls.listSignedCheckpoints(last?.number ?? 1);
    if (last && first?.note !== last.note) throw changed(file, last.number, first === undefined);
    const missing = last || !first ? rest : [first, ...rest];
    if (missing.length === 0) return;
    await append(file, missing);
    last = missing.at(-1);
  }
}

/** Sends what was not sent yet, oldest first; of a history from before there was a webhook, only the newest. Throws where it is refused. */
export async function publishToWebhook(calls: HostCalls, file: string, webhook: string): Promise<void> {
  const marker = `${file}.sent`;
  const newest = (await readLast(file))?.number ?? 0;
  let sent = await readFile(marker, 'utf8').then(Number, () => newest - 1);
  while (sent < newest) {
    for (const { number, note } of await calls.listSignedCheckpoints(sent + 1)) {
      await send(webhook, note, number);
      await writeFile(marker, `${number}\n`);
      sent = number;
    }
  }
}

async function send(webhook: string, note: string, number: number): Promise<void> {
  const response = await fetch(webhook, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Limpet-Checkpoint': String(number) },
    body: note,
    signal: AbortSignal.timeout(webhookMs),
  });
  await response.body?.cancel();
  if (!response.ok)
    throw new Error(`The webhook answered ${response.status} to checkpoint ${number}; it is sent again.`);
}

function changed(file: string, number: number, isGone: boolean): RecordChangedError {
  return new RecordChangedError(
    `Checkpoint ${number} in ${file} is ${isGone ? 'not in the database any more' : 'another than the one in the database'}: ` +
      'the record was changed or rolled back. Nothing is signed on top of it. Keep the file: it is the evidence. ' +
      'If you restored a backup yourself, move the file away to begin a new one.',
  );
}
