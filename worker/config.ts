/** What a host is told at its start: from its environment, or by `limpet up`. Parsed once, frozen. */
import { hostname } from 'node:os';
import { z } from 'zod';
import { limits, SealKeysText, version } from '../sql/contract.ts';
import { AuditConfig, auditSettingsOf } from './audit/config.ts';
import { LimitsConfig, limitSettingsOf } from './sandbox/limits.ts';
import { profiles } from './sandbox/profile.ts';
import { Template } from './sandbox/template.ts';

const Name = z.string().min(1).max(limits.nameLengthMax);
const Milliseconds = z.coerce.number().int().positive();
/** As in PATH. */
const Paths = z
  .string()
  .transform((text) => text.split(':').filter(Boolean))
  .or(z.array(z.string()));
const MiB = 1024 * 1024;

const HostConfig = z
  .object({
    /** A direct connection to Postgres: behind a pooler in transaction mode no LISTEN works. A secret. */
    connectionString: z.string().min(1),
    /** Told to users as `host`; one live process a name. */
    name: Name.default(() => hostname()),
    pool: Name.default('default'),
    /** Sessions this host holds at once. */
    capacity: z.coerce.number().int().min(1).max(100_000).default(limits.capacity),
    /** Holds each session's directory and the shells' private files. Its parents must be passable for the shells' account. */
    workDir: z.string().min(1),
    /** Where the host is root: the account of all shells, or a range `FIRST-LAST`; without it each session has one of the usual range. */
    shellUser: z.string().min(1).optional(),
    /** How shells are kept apart; `auto`: the strongest way that works on this machine. */
    sandbox: z.enum(['auto', ...profiles, 'template']).default('auto'),
    /** The programs that hold shells elsewhere; with it, that is how they are kept unless `sandbox` says otherwise. */
    shellTemplate: Template.optional(),
    /** In bubblewrap: the machine's network, and with it whatever listens on it. */
    sandboxNetwork: z.stringbool().or(z.boolean()).default(false),
    /** In bubblewrap: what is shown of places that are not. */
    sandboxShown: Paths.default([]),
    /** The directory that limpet keeps its data in, if it is not the work directory. */
    hidden: Paths.default([]),
    /** Of one session. */
    limits: LimitsConfig.prefault({}),
    /** Where commands are looked for in a shell. */
    shellPath: z.string().min(1).default('/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'),
    /** The bash of the shells: a path, or a name to be looked for. */
    shellCommand: z.string().min(1).default('bash'),
    /** Shells that are ready before they are asked for: two sessions in quick succession find one, and each takes about 6 MiB meanwhile. */
    warmShells: z.coerce.number().int().min(0).max(100).default(2),
    /** Where sessions start that ask for no directory; without it each starts in its own. */
    workingDirectory: z.string().min(1).optional(),
    /** Runs the hooks, by `-c`. */
    hookShell: z.string().min(1).default('/bin/sh'),
    /** Runs before a key's shell (POST /lock) is opened here … */
    lockHook: z.string().min(1).optional(),
    /** … for at most this long: what prepares a machine may take minutes, but not for ever. */
    lockHookMs: Milliseconds.default(600_000),
    /** Runs before such a shell is ended here … */
    unlockHook: z.string().min(1).optional(),
    /** … for at most this long: somebody waits for the end. */
    unlockHookMs: Milliseconds.default(30_000),
    /** Between asking a command to end and killing it. */
    graceMs: z.coerce.number().int().min(0).default(limits.graceMs),
    /** How long running commands may go on after SIGTERM. */
    drainMs: z.coerce.number().int().min(0).default(20_000),
    /** Output of one command that is held in memory until Postgres has it; beyond it the command waits. */
    heldOutputBytesMax: z.coerce
      .number()
      .int()
      .positive()
      .default(4 * MiB),
    /** The same of all commands of this host together. */
    heldMemoryBytesMax: z.coerce
      .number()
      .int()
      .positive()
      .default(64 * MiB),
    /** While Postgres does not answer, output that memory has no room for waits on disk, up to this; then commands wait. */
    spoolBytesMax: z.coerce
      .number()
      .int()
      .min(0)
      .default(1024 * MiB),
    /** What opens the secrets of sessions, and all else that is sealed. */
    sealKeys: SealKeysText.optional(),
    /** Output, states and screens are sealed with the first of them. */
    encrypt: z.stringbool().or(z.boolean()).default(false),
    /** Its part in the record. */
    audit: AuditConfig.prefault({}),
    version: z.string().default(version),
  })
  .refine(({ encrypt, sealKeys }) => !encrypt || sealKeys !== undefined, {
    path: ['encrypt'],
    error: 'needs a key: set LIMPET_ENCRYPTION_KEYS',
  });

/** A host's settings, complete. */
export type HostConfig = Readonly<z.infer<typeof HostConfig>>;
/** A host's settings as they are given: what has a default may be missing. */
export type HostSettings = z.input<typeof HostConfig>;

/** Completes and checks a host's settings. Throws an error of one sentence a problem. */
export function parseHostConfig(settings: HostSettings): HostConfig {
  const parsed = HostConfig.safeParse(settings);
  if (!parsed.success) throw new Error(`This host's settings are not usable. ${z.prettifyError(parsed.error)}`);
  return Object.freeze(parsed.data);
}

/** The part of a host's settings that its environment gives. */
export function hostSettingsOf(environment: NodeJS.ProcessEnv): Partial<HostSettings> {
  const given = {
    name: environment.LIMPET_HOST_NAME,
    pool: environment.LIMPET_POOL,
    capacity: environment.LIMPET_CAPACITY,
    workDir: environment.LIMPET_WORK_DIR,
    shellUser: environment.LIMPET_SHELL_USER,
    sandbox: environment.LIMPET_SANDBOX,
    shellTemplate: environment.LIMPET_SHELL_TEMPLATE,
    sandboxNetwork: environment.LIMPET_SANDBOX_NETWORK,
    sandboxShown: environment.LIMPET_SANDBOX_SHOWN,
    shellPath: environment.LIMPET_SHELL_PATH,
    shellCommand: environment.LIMPET_SHELL_COMMAND,
    warmShells: environment.LIMPET_WARM_SHELLS,
    workingDirectory: environment.LIMPET_WORKING_DIRECTORY,
    hookShell: environment.LIMPET_HOOK_SHELL,
    lockHook: environment.LIMPET_LOCK_HOOK,
    lockHookMs: environment.LIMPET_LOCK_HOOK_MS,
    unlockHook: environment.LIMPET_UNLOCK_HOOK,
    unlockHookMs: environment.LIMPET_UNLOCK_HOOK_MS,
    graceMs: environment.LIMPET_GRACE_MS,
    drainMs: environment.LIMPET_DRAIN_MS,
    heldOutputBytesMax: environment.LIMPET_HELD_COMMAND_BYTES,
    heldMemoryBytesMax: environment.LIMPET_HELD_BYTES,
    spoolBytesMax: environment.LIMPET_SPOOL_BYTES,
    sealKeys: environment.LIMPET_ENCRYPTION_KEYS,
    encrypt: environment.LIMPET_ENCRYPT,
    limits: limitSettingsOf(environment),
    audit: auditSettingsOf(environment),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ''));
}

/** What the operator's own programs, the hooks, inherit. Shells never see it: worker/environment.ts builds theirs. */
export function ownEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}
