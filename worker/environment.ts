/** The environment of a shell: built, never inherited, so that nothing of the host's own reaches a command. */
import type { HostConfig } from './config.ts';

/** What stops programs from waiting for a person: no pager, no prompt. */
const unattended = {
  TERM: 'dumb',
  PAGER: 'cat',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
  DEBIAN_FRONTEND: 'noninteractive',
};

/** What the emulator understands (worker/shell/emulator.ts). In a terminal somebody is there to leave a pager. */
const attended = { TERM: 'xterm-256color', COLORTERM: 'truecolor' };

/** What the environment has of every session with such an account. */
export function commonEnvironment(config: HostConfig, tty: boolean, account: { name: string }): Record<string, string> {
  return {
    PATH: config.shellPath,
    USER: account.name,
    LOGNAME: account.name,
    SHELL: config.shellCommand.startsWith('/') ? config.shellCommand : '/bin/bash',
    LANG: 'C.UTF-8',
    ...(tty ? attended : unattended),
  };
}

/** The environment that a session's shell is started with. */
export function shellEnvironment(
  config: HostConfig,
  session: { id: string; tty: boolean },
  account: { name: string },
  home: string,
): Record<string, string> {
  return { ...commonEnvironment(config, session.tty, account), HOME: home, LIMPET_SESSION_ID: session.id };
}

/** What a shell has that is held elsewhere, besides what there is: a container has its own PATH, and an account its own HOME. */
export function heldEnvironment(session: { id: string; tty: boolean }): Record<string, string> {
  return { ...(session.tty ? attended : unattended), LIMPET_SESSION_ID: session.id };
}
