/** Histories that ended long ago, for tests of what is no longer kept. */
import { randomUUID } from 'node:crypto';
import { limits } from '../../sql/contract.ts';
import type { Owned } from '../../sql/host.ts';
import { ended, type SqlFixture } from './fixture.ts';

export const minuteMs = 60_000;

/** Runs a command in a session that a host has; returns its id. */
export async function ran({ edge, admin, host }: SqlFixture, owned: Owned, state: string | null = null, output = '') {
  const [id, attempt] = [randomUUID(), randomUUID()];
  await edge.submitCommand(admin, owned.session, id, { command: 'true' });
  await host.claimCommand(owned, attempt);
  const rest = output ? [{ stream: 1 as const, offset: 0, skip: 0, bytes: Buffer.from(output) }] : [];
  const result = { ...ended, stdout_bytes: output.length };
  await host.finishCommand(owned, attempt, result, state === null ? null : Buffer.from(state), null, rest);
  return id;
}

/** Closes a session, as its host does. */
export async function closed({ edge, admin, host }: SqlFixture, owned: Owned): Promise<void> {
  await edge.closeSession(admin, owned.session);
  await host.detachSession(owned, 'closed');
}

/** Has all that ended so far ended that long ago, and a bit: by default longer ago than is kept. */
export async function age({ query }: SqlFixture, ms: number = limits.keepMs + minuteMs): Promise<void> {
  const past = `make_interval(secs => ${ms / 1000})`;
  await query(
    `update limpet.commands set created_at = created_at - ${past}, started_at = started_at - ${past},
    finished_at = finished_at - ${past} where finished_at is not null`,
    [],
  );
  await query(`update limpet.sessions set closed_at = closed_at - ${past} where closed_at is not null`, []);
  await query(`update limpet.hosts set died_at = died_at - ${past} where died_at is not null`, []);
}

/** Removes commands until nothing is due; returns how many went. */
export async function removedCommands({ host }: SqlFixture): Promise<number> {
  let [commands, cursor] = [0, null as string | null];
  do {
    const removed = await host.removeCommands(cursor);
    commands += removed.commands;
    cursor = removed.next;
  } while (cursor !== null);
  return commands;
}
