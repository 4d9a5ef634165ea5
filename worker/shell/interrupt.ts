/** Ctrl-C for a shell without job control: bash and what it waits for are interrupted as if at once, as a terminal does it. */
import { interrupt, sendSignal } from './ending.ts';
import type { Process } from './processes.ts';
import { Standstill } from './standstill.ts';

/** The others of this host are not kept waiting for longer. */
const reachMsMost = 200;
const pause = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Interrupts bash and its foreground. Synchronous, so that nothing else stops bash or has it go on meanwhile. */
export function interruptWithShell(bashPid: number, foreground: () => Process[]): void {
  const standstill = new Standstill(bashPid, reachMsMost);
  for (let ms = standstill.reach(); ms > 0; ms = standstill.reach()) Atomics.wait(pause, 0, 0, ms);
  const processes = foreground();
  sendSignal(bashPid, 'SIGINT');
  interrupt(processes);
  standstill.letGo();
  sendSignal(bashPid, 'SIGCONT');
}
