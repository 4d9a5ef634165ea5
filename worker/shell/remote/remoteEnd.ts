/** Ending what runs in a shell elsewhere: the agent does it, and says when nothing is left (ending.bash). */
import { graceMsDefault, within } from '../ending.ts';
import { mayTrapInterrupt } from '../traps.ts';
import type { RemoteRun } from './remoteRun.ts';

/** However little of the grace is left, a trap gets this long. */
const trapMsLeast = 250;

/** Ends it; true once the agent has verified that it is gone. False if it had ended before, or if the connection ended. */
export async function endRemoteRun(run: RemoteRun): Promise<boolean> {
  const { context, command } = run;
  const { connection, options } = context;
  const graceMs = options.graceMs ?? graceMsDefault;
  const deadline = performance.now() + graceMs;
  const mayTrap = context.trapsInterrupt || mayTrapInterrupt(command.text);
  const ended = connection.next('end');
  connection.send(`end ${graceMs} ${mayTrap ? 0 : 1} ${run.mark}`);
  const how = (await ended)?.words[0];
  if (how === undefined || how === 'before') return false;
  const leftMs = () => Math.max(0, Math.round(deadline - performance.now()));
  if (how === 'trapped' && !(await within(run.terminate(), Math.max(trapMsLeast, leftMs())))) await context.kill();
  const swept = connection.next('swept');
  connection.send(`sweep ${leftMs()} ${run.outputs.join(',')} ${run.mark}`);
  return (await swept) !== null;
}
