/** The `limpet` command. */
import { Command } from 'commander';
import { version } from '../functions/version.ts';
import { addEdge } from './commands/edge.ts';
import { addHost } from './commands/host.ts';
import { addKeys } from './commands/keys.ts';
import { addMigrate } from './commands/migrate.ts';
import { addUp } from './commands/up.ts';

const program = new Command('limpet').description('a persistent shell over HTTP').version(version);
for (const add of [addUp, addHost, addEdge, addMigrate, addKeys]) add(program);
await program.parseAsync();
