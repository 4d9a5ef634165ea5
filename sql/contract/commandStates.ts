/** The states of a command, drawn in sql/migrations/committed/000001.sql. They are apart from zod, which takes longer to load than a command line may. */

/** But for the first two a command is in its last state: it never changes again. */
export const commandStates = [
  'queued',
  'running',
  'exited',
  'timed_out',
  'killed',
  'shell_exited',
  'lost',
  'cancelled',
  'expired',
] as const;

/** True once the state is final. */
export function hasEnded(state: (typeof commandStates)[number]): boolean {
  return state !== 'queued' && state !== 'running';
}
