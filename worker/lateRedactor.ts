/** What background jobs write, without the secrets of their session. A job has no end that is told: what waits is let go after a moment. */
import { Redactor } from './redactor.ts';
import type { Secrets } from './secrets.ts';
import type { StreamName } from './shell/index.ts';

/** A program writes the rest of a secret at once; a person who watches sees no difference. */
const heldMs = 250;

type Take = (command: string, stream: StreamName, bytes: Uint8Array) => Promise<void>;

/** `take` with what it is given redacted; `secrets` are those of the moment. */
export function redactedLate(take: Take, secrets: () => Secrets): Take {
  const streams = new Map<string, { redactor: Redactor; timer: NodeJS.Timeout | undefined }>();
  return async (command, stream, bytes) => {
    if (secrets().size === 0) return take(command, stream, bytes);
    const name = `${command} ${stream}`;
    const one = streams.get(name) ?? { redactor: new Redactor(secrets()), timer: undefined };
    clearTimeout(one.timer);
    const sure = one.redactor.push(bytes);
    streams.delete(name);
    if (one.redactor.isHolding) {
      streams.set(name, one);
      one.timer = setTimeout(() => {
        streams.delete(name);
        void take(command, stream, one.redactor.end());
      }, heldMs);
    }
    if (sure.length > 0) await take(command, stream, sure);
  };
}
