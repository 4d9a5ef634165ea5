/** Which limit a command ran into, in words: for who reads how it ended. Pure. */
import { constants } from 'node:os';
import { type Limits, limitSettings } from './limits.ts';

/** By which the kernel ends what goes beyond a limit, as bash tells it in `$?`. */
const byExitCode: Record<number, keyof Limits> = {
  [128 + constants.signals.SIGXCPU]: 'cpuSeconds',
  [128 + constants.signals.SIGXFSZ]: 'fileBytes',
};

const meanings: Record<keyof Limits, (value: number) => string> = {
  memoryBytes: (value) =>
    `The session reached its limit of ${value} bytes of memory, and the kernel ended what took most`,
  processes: (value) => `The session reached its limit of ${value} processes, and could start no more`,
  cpuSeconds: (value) => `A process reached the limit of ${value} s of CPU time, and the kernel ended it`,
  fileBytes: (value) => `A file reached the limit of ${value} bytes, and the kernel ended what wrote to it`,
  openFiles: (value) => `A process reached the limit of ${value} open files`,
  diskBytes: (value) => `The session’s directory reached the limit of ${value} bytes, and the command was ended`,
};

/** What was reached, as far as it was seen; null where nothing was. `seen`: by whoever counts. */
export function describeReached(seen: (keyof Limits)[], exitCode: number | null, limits: Limits): string | null {
  const ended = byExitCode[exitCode ?? 0];
  const reached = [...new Set(ended ? [...seen, ended] : seen)];
  if (reached.length === 0) return null;
  return `${reached.map((name) => `${meanings[name](limits[name])} (${limitSettings[name]})`).join('. ')}.`;
}
