/** Sends commands to their sessions again. */
import type { CommandRow } from '../../sql/contract.ts';
import type { Credential } from '../../sql/edge.ts';
import type { Edge } from '../edge.ts';
import { idempotencyOf } from '../idempotency.ts';
import { uuidv7 } from '../ids.ts';
import { asProblem } from '../problem.ts';

/** Refusals that are the one command's own, so that the others go on. */
const own = new Set(['session_closed', 'session_busy', 'too_many_queued', 'not_found']);

/** One by one in their order. With the same `key`, each is sent once, however often this is called. */
export async function runAgain({ calls }: Edge, credential: Credential, rows: CommandRow[], key: string) {
  const reasons = new Map<string, number>();
  let sent = 0;
  for (const { id, session_id, command, interactive } of rows) {
    const options = { command, ...(interactive ? { interactive } : {}) };
    const idempotency = await idempotencyOf(key ? `page:${key}:${id}` : undefined, 'command', options);
    try {
      await calls.submitCommand(credential, session_id, uuidv7(), options, idempotency);
      sent += 1;
    } catch (error) {
      const problem = asProblem(error);
      if (!own.has(problem.code)) throw error;
      reasons.set(problem.message, (reasons.get(problem.message) ?? 0) + 1);
    }
  }
  const refused = [...reasons].map(([reason, count]) => `${count} refused: ${reason}`).join(' ');
  return { sent, refused: refused || undefined };
}
