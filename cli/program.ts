/** The command line's frame: groups of commands, help, and exit code 2 for what cannot be understood. */
import { Command, type CommanderError } from 'commander';

type Add = (program: Command) => void;

const usageExitCode = 2;

const examples = `
A first conversation, where \`limpet up\` runs (LIMPET_KEY holds the key that it printed):
  limpet open demo
  limpet exec -s demo 'cd /tmp; export A=1'
  limpet exec -s demo 'pwd; echo $A'
  limpet history demo

LIMPET_URL says where limpet is (else http://127.0.0.1:8787), LIMPET_SESSION in
which session exec runs.
\`limpet COMMAND --help\` has examples.`;

/** A program with these commands under these headings. It still has to be told to parse. */
export function createProgram(version: string, groups: Record<string, Add[]>): Command {
  const program = new Command('limpet')
    .description('a persistent shell over HTTP')
    .version(version)
    .enablePositionalOptions()
    .showHelpAfterError('`limpet --help` lists commands; `limpet COMMAND --help` has examples.')
    .addHelpText('after', examples)
    .exitOverride(leave);
  for (const [heading, adds] of Object.entries(groups)) {
    program.commandsGroup(heading);
    for (const add of adds) add(program);
  }
  return program;
}

function leave({ exitCode }: CommanderError): never {
  process.exit(exitCode === 0 ? 0 : usageExitCode);
}
