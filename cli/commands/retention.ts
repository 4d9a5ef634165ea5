import { InvalidArgumentError, type Command as Program } from 'commander';

const description = `say for how long ended commands are kept

Every hour the hosts remove commands that ended, and sessions that were closed, longer ago. What waits, runs or is open stays,
and so does what a fork or a replay refers to. By the rights of the database's owner: DATABASE_URL, or the data directory of
the \`limpet up\` that runs on this machine.`;

const examples = `
Examples:
  limpet retention                  how long, and what would go now; removes nothing
  limpet retention --keep 30d       what would go if that were set
  limpet retention set 30d          from now on; or 36h, or forever`;

const hourMs = 3_600_000;

/** `limpet retention`. */
export function addRetention(program: Program): void {
  const retention = program
    .command('retention')
    .summary('say for how long ended commands are kept')
    .description(description)
    .option('--keep <time>', 'as if this were set: 30d, 36h, or forever', keptMs)
    .option('--json', 'print it as JSON')
    .addHelpText('after', examples)
    .action(async ({ keep, json }: { keep?: number; json?: boolean }) =>
      (await import('../retention.ts')).showRetention({ keepMs: keep, json }),
    );
  retention
    .command('set')
    .description('keep them for so long from now on: at least a day')
    .argument('<time>', '30d, 36h, or forever', keptMs)
    .action(async (keepMs: number) => (await import('../retention.ts')).setRetention(keepMs));
}

/** In ms; 0: for ever. The least that may be set is the database's to say. */
function keptMs(text: string): number {
  if (text === 'forever') return 0;
  const [, number, unit] = /^([1-9]\d{0,4})([hd])$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError('It must be a time such as 30d or 36h, or forever.');
  return Number(number) * (unit === 'd' ? 24 * hourMs : hourMs);
}
