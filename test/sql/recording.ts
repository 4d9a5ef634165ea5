/** A record with checkpoints in a real database, exported as the edge does and verified. */
import { randomUUID } from 'node:crypto';
import { generateSigner, type Signer } from '../../audit/keys.ts';
import type { Report } from '../../audit/report.ts';
import { bundleLines } from '../../functions/bundle.ts';
import type { Owned } from '../../sql/host.ts';
import { signNext } from '../../worker/audit/sign.ts';
import { verified } from '../audit/verifying.ts';
import { ended, type SqlFixture } from './fixture.ts';

export const signer: Signer = generateSigner('limpet.test/host');
const always = { checkpointEvents: 1, checkpointMs: 0 };

/** Runs a command that prints nothing. */
export async function runCommand({ host, edge, admin }: SqlFixture, owned: Owned, command = 'true'): Promise<void> {
  const attempt = randomUUID();
  await edge.submitCommand(admin, owned.session, randomUUID(), { command });
  await host.claimCommand(owned, attempt);
  await host.finishCommand(owned, attempt, ended, Buffer.from(command), null, []);
}

/** Takes and signs a checkpoint now. */
export async function checkpoint({ host }: SqlFixture, by = signer, incarnation = randomUUID()) {
  const signed = await signNext(host, incarnation, by, always);
  if (!signed) throw new Error('there was nothing to sign');
  return signed;
}

/** The lines of a session's bundle, or with null of the whole log's. */
export async function exported(
  { edge, admin }: SqlFixture,
  session: string | null,
  credential: Buffer = admin,
  asked?: number,
): Promise<string[]> {
  const plan = session === null ? edge.exportLog(credential) : edge.exportSession(credential, session, asked);
  const lines: string[] = [];
  for await (const batch of bundleLines(edge, credential, await plan, asked)) lines.push(...batch);
  return lines;
}

/** Exports and verifies. */
export async function verifiedNow(
  fixture: SqlFixture,
  session: string | null,
  seen?: { number: number; note: string },
): Promise<Report> {
  return verified(await exported(fixture, session, fixture.admin, seen?.number), [signer.verifier], seen?.note);
}

/** Does what the tables' owner can: the guard is switched off for it. */
export async function asOwner(
  { query }: SqlFixture,
  ...statements: [text: string, values: unknown[]][]
): Promise<void> {
  await query('alter table limpet.events disable trigger user', []);
  for (const [text, values] of statements) await query(text, values);
  await query('alter table limpet.events enable trigger user', []);
}
