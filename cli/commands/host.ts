import type { Command } from 'commander';
import type { HostOptions } from '../host.ts';

/** `limpet host`. */
export function addHost(program: Command): void {
  program
    .command('host')
    .description('run one host, which runs the commands')
    .option('--name <name>', 'its name, told with each session; one live process a name')
    .option('--until-stdin-closes', 'end when the process that started it does')
    .action(async (options: HostOptions) => (await import('../host.ts')).runHost(options));
}
