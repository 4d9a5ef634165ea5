import { readFile } from 'node:fs/promises';
import { Argument, type Command as Program } from 'commander';
import { clientEnvironment } from '../client/env.ts';
import { createClient } from '../client/index.ts';
import { findConnection } from '../client/settings.ts';
import { completeWords } from '../completion/words.ts';

/** Whoever presses Tab waits for no longer than this. */
const lookMsMax = 2_000;
/** As many as a person looks through. */
const sessionsMax = 200;

const examples = `
Examples:
  source <(limpet completion bash)       in ~/.bashrc
  source <(limpet completion zsh)        in ~/.zshrc, after compinit
  limpet completion fish | source        in ~/.config/fish/config.fish
Names of sessions are completed where LIMPET_URL and LIMPET_KEY are set.`;

/** `limpet completion`, and what its scripts call. */
export function addCompletion(program: Program): void {
  program
    .command('completion')
    .description('print a script that completes limpet in your shell')
    .addArgument(new Argument('<shell>').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', examples)
    .action(async (shell: string) => {
      process.stdout.write(await readFile(new URL(`../completion/limpet.${shell}`, import.meta.url), 'utf8'));
    });
  program
    .command('complete-words', { hidden: true })
    .argument('[words...]')
    .action(async (words: string[]) => {
      const found = await completeWords(program, words, sessionNames);
      process.stdout.write(found.map(({ word, text }) => `${word}\t${text}\n`).join(''));
      process.exit(0);
    });
}

/** The open sessions' names, or ids. None where limpet cannot be asked: a Tab is no place for an error. */
async function sessionNames(): Promise<string[]> {
  try {
    const { request } = createClient(await findConnection({}, clientEnvironment()));
    const signal = AbortSignal.timeout(lookMsMax);
    const pages = await Promise.all(
      ['opening', 'ready', 'busy', 'detached'].map(async (state) => {
        const response = await request('GET', '/v1/sessions', { query: { state, limit: sessionsMax }, signal });
        return (await response.json()) as { items: { id: string; name: string | null }[] };
      }),
    );
    return pages.flatMap(({ items }) => items.map(({ id, name }) => name ?? id)).sort();
  } catch {
    return [];
  }
}
