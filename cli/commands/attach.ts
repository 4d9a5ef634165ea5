import { InvalidArgumentError, type Command as Program } from 'commander';
import { apiCommand, runApi } from '../api.ts';
import { attach } from '../attach/index.ts';
import type { ConnectionFlags } from '../client/settings.ts';

type Options = ConnectionFlags & { detachKey: number };

const defaultKey = 0x1d;

const examples = `  limpet open screen --tty && limpet attach screen
While nothing runs there is a prompt, with the session's history; each line is a command, with its own record. While one runs, the
keys are its own: full-screen programs, Ctrl-C and Ctrl-Z work as they do here. Ctrl-] detaches, at the prompt Ctrl-D does as well;
what runs goes on. Several may be attached to one session.`;

/** `limpet attach`: a session's terminal at one's own. */
export function addAttach(program: Program): void {
  apiCommand(program, 'attach', 'work in a session that has a terminal, from this one', examples)
    .argument('<session>', 'by name or id; opened with --tty')
    .option('--detach-key <key>', 'Ctrl and this key detach', controlKey, defaultKey)
    .action((session: string, { detachKey, ...options }: Options) =>
      runApi(options, (api) => attach(api, session, detachKey)),
    );
}

function controlKey(text: string): number {
  const [, key] = /^(?:C-|Ctrl-|\^)?([A-Za-z\\\]^_])$/.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('It must be a letter, or one of \\ ] ^ _.');
  return key.toUpperCase().charCodeAt(0) - 64;
}
