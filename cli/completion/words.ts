/** What may follow on a command line, found in the commands' own declarations. */
import type { Option, Command as Program } from 'commander';

type Word = { word: string; text: string };

/** Names of arguments and of options' values that mean a session. */
const meansSession = /^(session|what)$/;

/**
 * What may stand where the last of `words` stands, which may be begun or empty; nothing where the shell knows better, as with
 * files. `sessionNames` is asked only where a session is meant.
 */
export async function completeWords(
  program: Program,
  words: string[],
  sessionNames: () => Promise<string[]>,
): Promise<Word[]> {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const { command, rest } = descend(program, before);
  const option = findOption(command, before.at(-1));
  if (option?.required) {
    const meant = /<([\w=]+)>/.exec(option.flags)?.[1] ?? '';
    return option.argChoices ? plain(option.argChoices) : meansSession.test(meant) ? sessions(sessionNames) : [];
  }
  if (last.startsWith('-')) return optionsOf(command).filter(({ word }) => word.startsWith(last));
  const subcommands = command.createHelp().visibleCommands(command);
  if (subcommands.length > 0) {
    return subcommands
      .map((one) => ({ word: one.name(), text: one.summary() || firstLine(one.description()) }))
      .filter(({ word }) => word.startsWith(last));
  }
  const argument = argumentMeant(command, rest);
  if (argument === undefined) return [];
  if (argument.argChoices) return plain(argument.argChoices);
  return meansSession.test(argument.name()) ? sessions(sessionNames) : [];
}

/** The innermost command that the words name, and what of them is left for it. */
function descend(program: Program, words: string[]): { command: Program; rest: string[] } {
  let command = program;
  for (const [index, word] of words.entries()) {
    const next = command.commands.find((one) => one.name() === word);
    if (next === undefined) return { command, rest: words.slice(index) };
    command = next;
  }
  return { command, rest: [] };
}

function argumentMeant(command: Program, rest: string[]) {
  const given = rest.filter((word, index) => !word.startsWith('-') && !findOption(command, rest[index - 1])?.required);
  const declared = command.registeredArguments;
  return declared[given.length] ?? (declared.at(-1)?.variadic ? declared.at(-1) : undefined);
}

function findOption(command: Program, word: string | undefined): Option | undefined {
  return command.options.find((option) => word !== undefined && (option.long === word || option.short === word));
}

function optionsOf(command: Program): Word[] {
  const options = command.createHelp().visibleOptions(command);
  return options.map(({ long, short, description }) => ({ word: long ?? short ?? '', text: firstLine(description) }));
}

function plain(words: readonly string[]): Word[] {
  return words.map((word) => ({ word, text: '' }));
}

async function sessions(sessionNames: () => Promise<string[]>): Promise<Word[]> {
  return (await sessionNames()).map((word) => ({ word, text: 'session' }));
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
