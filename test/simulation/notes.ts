/** What callers asked for, and what they were told. */
import type { CommandOptions } from '../../sql/edge.ts';
import { type Script, textOf } from './script.ts';

export interface SessionNote {
  id: string;
  closed: boolean;
  /** Each may have reached any of its commands. */
  interrupts: number;
  /** Resolves when the caller knows that it is there. */
  opened: Promise<void>;
}

export interface CommandNote {
  /** The ids under which it was sent; with an idempotency key each try may have one of its own. */
  ids: string[];
  session: SessionNote;
  key: string | null;
  script: Script;
  interactive: boolean;
  /** Before it was sent, and after it was answered, on one clock. */
  sentAt: number;
  answeredAt: number | null;
  /** What the caller was told; null where it never learned. */
  id: string | null;
  sent: Buffer;
  inputEnded: boolean;
  signals: number;
  /** What is done to it comes after its answer, one thing at a time. */
  turn: Promise<void>;
}

/** A command that is about to be sent. */
export function newNote(
  session: SessionNote,
  script: Script,
  key: string | null,
  id: string,
  sentAt: number,
): CommandNote {
  const asked = { ids: [id], session, key, script, interactive: isInteractive(script), sentAt };
  const told = { answeredAt: null, id: null, sent: Buffer.of(), inputEnded: false, signals: 0 };
  return { ...asked, ...told, turn: Promise.resolve() };
}

/** The request for a command that does what the script says. */
export function optionsOf(script: Script): CommandOptions {
  return {
    command: textOf(script),
    interactive: isInteractive(script),
    ...(script.timeoutMs !== null && { timeout_ms: script.timeoutMs }),
    ...(script.maxOutput !== null && { max_output: script.maxOutput }),
  };
}

function isInteractive(script: Script): boolean {
  return script.echoes && script.end === 'wait';
}
