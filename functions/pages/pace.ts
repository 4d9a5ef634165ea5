/** How long a session's page waits before it asks for more: the server chooses, for it knows whether its requests are held. */
import type { LiveCursor } from '../../html/live.ts';
import type { Session } from '../../sql/contract.ts';

/** How long the page waits before it asks for more where its requests are held: output that comes meanwhile comes at once. */
const heldMs = 40;
/** And where they are not: after something came, while something may come at any time, and when nothing runs; and how long at last. */
const delays = { flowing: 80, waiting: 200, idle: 2_000 } as const;
const delaysMax = { waiting: 1_000, idle: 8_000 } as const;
/** By how much each answer without news makes the pause longer. */
const patience = 1.15;

/** True where something may come at any time. */
export function isOpen(session: Session, { open }: LiveCursor): boolean {
  return open.length > 0 || session.state === 'opening';
}

/** How long until the page asks again; undefined where nothing can come. `isHeld`: its request is held until something comes. */
export function delayOf(session: Session, cursor: LiveCursor, isHeld: boolean): number | undefined {
  if (session.state === 'closed' && cursor.open.length === 0) return undefined;
  if (isHeld) return heldMs;
  if (cursor.quiet === 0) return delays.flowing;
  const kind = isOpen(session, cursor) ? 'waiting' : 'idle';
  return Math.round(Math.min(delaysMax[kind], delays[kind] * patience ** (cursor.quiet - 1)));
}
