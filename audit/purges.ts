/** Which payloads of a session are gone, and which of them an event says were purged. */
import { z } from 'zod';
import type { LineOf } from './bundle.ts';

interface Range {
  from: number;
  to: number;
}

/** The payload of `payload.purged`. */
const Purged = z.object({ from: z.int(), to: z.int() });

/** Takes the events of one session, and says at its end which payloads are gone without a word. */
export class Purges {
  /** In order, each as long as it can be. */
  readonly #gone: Range[] = [];
  readonly #purged: Range[] = [];
  /** An event that says what was purged has lost its own payload: it cannot be told. */
  isBlind = false;

  event({ seq, kind, payload }: LineOf<'event'>): void {
    if (kind === 'payload.purged') this.#told(payload);
    if (payload !== null) return;
    const last = this.#gone.at(-1);
    if (last?.to === seq - 1) last.to = seq;
    else this.#gone.push({ from: seq, to: seq });
  }

  /** What is gone and was not said to be purged. */
  unexplained(): Range[] {
    return this.#gone.flatMap((range) => this.#purged.reduce(without, [range]));
  }

  #told(payload: string | null): void {
    const parsed = payload === null ? undefined : Purged.safeParse(jsonOf(payload));
    if (parsed?.success) this.#purged.push(parsed.data);
    else this.isBlind = true;
  }
}

function without(ranges: Range[], { from, to }: Range): Range[] {
  return ranges.flatMap((range) =>
    [
      { from: range.from, to: Math.min(range.to, from - 1) },
      { from: Math.max(range.from, to + 1), to: range.to },
    ].filter((rest) => rest.from <= rest.to),
  );
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
