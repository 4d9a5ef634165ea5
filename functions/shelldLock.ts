/** Opening and giving up a key's shell. shelld answers once its shell is there, or gone: so does this. */
import type { LockedShell } from '../sql/edge.ts';
import { type Edge, type EdgeContext, givenUp, note } from './edge.ts';
import { uuidv7 } from './ids.ts';
import { Problem } from './problem.ts';
import { sleep } from './waits.ts';

const pollMsMin = 10;
const pollMsMax = 250;

/**
 * Opens this key's shell and waits until a host has started it. Throws `already_locked`; `unrecoverable` where none could be
 * started; `no_host` where nobody took it in time: the key is free again then.
 */
export async function lock(edge: Edge, c: EdgeContext): Promise<void> {
  const { calls, shelld } = edge;
  const credential = c.get('credential');
  const id = uuidv7();
  note(c, { session_id: id });
  await calls.lockShell(credential, id);
  const isSettled = ({ session_id, opened, state }: LockedShell) =>
    opened || state === 'unrecoverable' || session_id !== id;
  // A host that has it may be running its lock hook, which takes as long as it takes.
  const patienceMs = ({ taken }: LockedShell) => (taken ? shelld.waitMsMax : shelld.openMs);
  const shell = await poll(edge, c, () => calls.readShell(credential), isSettled, patienceMs);
  if (shell.session_id !== id) throw new Problem('not_locked', 'The shell was unlocked meanwhile.');
  if (shell.state === 'unrecoverable') throw new Problem('unrecoverable', 'No shell could be started.');
  if (!shell.taken && !shell.opened) await giveUp(edge, c, id);
}

/** Ends this key's shell and frees the key. Where the server goes on, it waits until the shell is gone. */
export async function unlock(edge: Edge, c: EdgeContext): Promise<void> {
  const { calls, shelld } = edge;
  const credential = c.get('credential');
  const { session_id } = await calls.readShell(credential);
  note(c, { session_id });
  await calls.closeSession(credential, session_id);
  if (shelld.unlocked) return shelld.unlocked();
  const read = () => calls.readSession(credential, session_id);
  await poll(
    edge,
    c,
    read,
    ({ host }) => host === null,
    () => shelld.closeMs,
  );
}

async function giveUp({ calls, shelld }: Edge, c: EdgeContext, session: string): Promise<never> {
  await calls.closeSession(c.get('credential'), session);
  const seconds = shelld.openMs / 1000;
  throw new Problem(
    'no_host',
    `No host opened a shell within ${seconds} s. The key is free again; GET /ready says more.`,
  );
}

/** Reads until it `isSettled`, what was read has lasted longer than its patience, or nobody waits any more. */
async function poll<Seen>(
  edge: Edge,
  c: EdgeContext,
  read: () => Promise<Seen>,
  isSettled: (seen: Seen) => boolean,
  patienceMs: (seen: Seen) => number,
): Promise<Seen> {
  const signal = givenUp(c, edge);
  const startedAt = performance.now();
  for (let pauseMs = pollMsMin; ; pauseMs = Math.min(pauseMs * 1.5, pollMsMax)) {
    const seen = await read();
    if (isSettled(seen) || signal.aborted || performance.now() - startedAt > patienceMs(seen)) return seen;
    await sleep(pauseMs, signal);
  }
}
