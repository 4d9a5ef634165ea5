import type { Command as Program } from 'commander';
import { apiCommand, runApi } from '../api.ts';
import { clientEnvironment } from '../client/env.ts';
import type { ConnectionFlags } from '../client/settings.ts';
import { collect } from './options.ts';

type StateFlags = { state: string | boolean; checkpoint?: string };
type VerifyOptions = StateFlags & { pub?: string[]; json?: boolean };
type ExportOptions = ConnectionFlags & StateFlags & { all?: boolean; output?: string };

const description = `prove the record: export it, and verify it offline

Every event is in a hash chain, and a host that holds a key signs what all
chains came to, every few minutes. Who has the public key, which limpet tells at
its start, can verify a bundle without a database and without a network.`;

const verifyExamples = `
Examples:
  limpet audit verify demo.ndjson --pub .limpet/audit/key.pub
  limpet audit export demo | limpet audit verify --pub 'limpet/host+d1c2b3a4+AbC…'
  limpet audit verify log.ndjson --pub a.pub --pub b.pub --checkpoint checkpoints.ndjson

Exit code 0: whole. 1: broken. 2: cannot tell, as a version or a key is not known.
The newest checkpoint is remembered; the next bundle must have it, too.`;

const exportExamples = `  limpet audit export demo -o demo.ndjson      one session
  limpet audit export --all -o log.ndjson      everything; for admin keys
  limpet audit export demo | limpet audit verify --pub .limpet/audit/key.pub`;

const keygenExamples = `
Examples:
  limpet audit keygen /etc/limpet/audit/key    then LIMPET_AUDIT_KEY_FILE=/etc/limpet/audit/key limpet host
The public key goes to FILE.pub. \`limpet up\` makes a key of its own in its data directory.`;

/** `limpet audit`. */
export function addAudit(program: Program): void {
  const audit = program.command('audit').summary('prove the record').description(description);
  addVerify(audit);
  addExport(audit);
  audit
    .command('keygen')
    .description('make a key with which a host signs checkpoints, and print its public key')
    .argument('<file>', 'must not exist; is readable for you alone')
    .option('--name <name>', 'of the key, in every note that it signs (default: limpet/ and the name of this machine)')
    .addHelpText('after', keygenExamples)
    .action((file: string, { name }: { name?: string }) =>
      runOffline(async () => {
        const { makeKeyFile } = await import('../audit/keyFile.ts');
        process.stdout.write(`${await makeKeyFile(file, name)}\n`);
        return 0;
      }),
    );
}

function addVerify(audit: Program): void {
  withSeen(
    audit
      .command('verify')
      .description('verify a bundle, without a database and without a network')
      .argument('[bundle]', 'a file; - or nothing: standard input', '-')
      .option('--pub <key>', 'a public key, or a file of them; may be repeated', collect)
      .option('--json', 'print the report as JSON'),
  )
    .addHelpText('after', verifyExamples)
    .action((bundle: string, { pub = [], ...options }: VerifyOptions) =>
      runOffline(async () => {
        const { verifyBundle } = await import('../audit/verify.ts');
        const flags = { ...options, pub, state: await stateFile(options) };
        return verifyBundle(bundle, flags, (text) => void process.stdout.write(text));
      }),
    );
}

function addExport(audit: Program): void {
  withSeen(
    apiCommand(audit, 'export', 'export the record with all that proves it', exportExamples)
      .argument('[session]', 'by name or id')
      .option('--all', 'the whole record')
      .option('-o, --output <file>', 'write it there, once it is whole'),
  ).action((session: string | undefined, { all, ...options }: ExportOptions, command: Program) => {
    if ((session === undefined) !== (all === true)) command.error('Name a session, or say --all.');
    return runApi(options, async (api) => {
      const { exportBundle } = await import('../audit/export.ts');
      return exportBundle(api, session, { ...options, state: await stateFile(options) });
    });
  });
}

function withSeen(command: Program): Program {
  return command
    .option('--checkpoint <file>', 'the last checkpoint seen: a note, or a file to which a host appends them')
    .option(
      '--state <file>',
      'where the last checkpoint seen is remembered (default: ~/.local/state/limpet/checkpoints.json)',
    )
    .option('--no-state', 'remember nothing, and nothing from before');
}

async function stateFile({ state }: StateFlags): Promise<string | undefined> {
  if (typeof state === 'string') return state;
  const { defaultStateFile } = await import('../audit/seen.ts');
  return state ? defaultStateFile(clientEnvironment().XDG_STATE_HOME) : undefined;
}

/** Ends the process with the code that the work returns, and with 2 and a sentence where it cannot be done: nothing can be told. */
async function runOffline(work: () => Promise<number>): Promise<never> {
  try {
    process.exit(await work());
  } catch (error) {
    process.stderr.write(`limpet: ${(error as Error).message}\n`);
    process.exit(2);
  }
}
