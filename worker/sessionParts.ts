/** What one session consists of on this host, wired together: its shell, what callers leave for it, its commands. */
import { randomUUID } from 'node:crypto';
import type { AdoptedSession, Owned } from '../sql/host.ts';
import { Controls } from './controls.ts';
import type { Host } from './host.ts';
import { LateOutput } from './lateOutput.ts';
import { redactedLate } from './lateRedactor.ts';
import { openControls } from './sealed/opening.ts';
import { SessionCommands } from './sessionCommands.ts';
import { SessionShell } from './sessionShell.ts';

/** What the parts ask of the session as a whole. */
export interface SessionHooks {
  /** It is on its way from this host: nothing more is claimed. */
  isReleasing(): boolean;
  /** And nothing runs in it any more: what is typed now is for the session's next terminal. */
  isLeaving(): boolean;
  /** The record says that it was closed. */
  closed(): void;
  /** Waits for work that nobody else waits for. */
  guard(work: Promise<void>): Promise<void>;
  answered<Result>(call: () => Promise<Result>): Promise<Result>;
  log(event: string, fields: Record<string, unknown>): void;
}

interface SessionParts {
  shell: SessionShell;
  controls: Controls;
  commands: SessionCommands;
}

/** Makes them. Nothing starts yet. */
export function sessionParts(host: Host, session: AdoptedSession, owned: Owned, hooks: SessionHooks): SessionParts {
  const late = new LateOutput((piece) => hooks.answered(() => host.calls.appendLateOutput(owned, piece)));
  const shell: SessionShell = new SessionShell(host, session, owned, {
    late: redactedLate(
      (...piece) => hooks.guard(late.take(...piece)),
      () => shell.secrets,
    ),
    screenFailed: (error) => void hooks.guard(Promise.reject(error)),
  });
  const controls = sessionControls(host, owned, shell, hooks);
  const takeControls = () => void hooks.guard(controls.take());
  const commands = new SessionCommands(host, { ...hooks, owned, shell, controls, tty: session.tty, takeControls });
  return { shell, controls, commands };
}

function sessionControls(host: Host, owned: Owned, shell: SessionShell, hooks: SessionHooks): Controls {
  const controls: Controls = new Controls({
    take: async (input) => {
      const take = randomUUID();
      const taken = await hooks.answered(() => host.calls.takeControls(owned, take, input && !hooks.isLeaving()));
      return openControls(host.config.sealKeys, taken, ({ command_id }, { message }) =>
        hooks.log('input_dropped', { ...(command_id && { command_id }), error: message }),
      );
    },
    closed: hooks.closed,
    hungry: () => {
      if (!hooks.isLeaving()) void hooks.guard(controls.take());
    },
    dropped: (command, { message }) =>
      hooks.log('input_dropped', { ...(command && { command_id: command.id }), error: message }),
    resize: (size) => shell.terminal.resize(size),
    terminal: async () => (hooks.isLeaving() ? null : (await shell.ensure()).terminal),
  });
  return controls;
}
