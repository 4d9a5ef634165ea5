/** shelld's config file, read for `limpet up`: what it says, in the words that limpet's environment has for it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'smol-toml';
import { limits } from '../../sql/contract.ts';
import { refusalsOf } from './machine.ts';
import { ConfigFile, reasonsOf } from './schema.ts';

/** How the surface of shelld behaves, and when the server ends by itself. Durations in ms. */
export interface Surface {
  waitMs: number;
  waitMsMax: number;
  dieOnUnlock: boolean;
  /** Without requests and without work for so long, the server ends. */
  idleMs: number;
}

interface Configured {
  surface: Surface;
  /** Settings by the names of the environment, which wins over them. */
  environment: Record<string, string>;
}

const minute = 60_000;
const shelldPort = 8080;
const idleMsDefault = 30 * minute;
const shutdownMsDefault = 30_000;
/** What running commands get of a shutdown at most, and what is left for saving states. */
const drainMsMax = 4_000;
const savingMs = 3_000;
const hookMsMin = 1_000;

/** Throws one sentence that names the file and each key that cannot be used. */
export async function readConfig(file: string): Promise<Configured> {
  const parsed = ConfigFile.safeParse(parseToml(file, await readText(file)));
  const reasons = parsed.success ? await refusalsOf(parsed.data) : reasonsOf(parsed.error);
  if (!parsed.success || reasons.length > 0) throw new Error(`limpet cannot start: in ${file} ${reasons.join('; ')}.`);
  return { surface: surfaceOf(parsed.data), environment: environmentOf(parsed.data) };
}

/** The environment with what the file says where it says nothing itself; `NAME=` says nothing. */
export function underEnvironment(environment: NodeJS.ProcessEnv, configured: Record<string, string>) {
  const unsaid = Object.entries(configured).filter(([name]) => !environment[name]);
  return { ...environment, ...Object.fromEntries(unsaid) };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(`limpet cannot start: the config file ${file} cannot be read (${code}).`, { cause: error });
  }
}

function parseToml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    // Its first line says what and where; the rest quotes the file.
    const [what] = (error as Error).message.split('\n');
    const { line } = error as { line?: number };
    throw new Error(`limpet cannot start: ${file} is not TOML, in line ${line}: ${what}.`, { cause: error });
  }
}

function surfaceOf({ server, timeout }: ConfigFile): Surface {
  return {
    waitMs: timeout?.command ?? limits.shellWaitMs,
    waitMsMax: timeout?.command_maximum ?? limits.shellWaitMsMax,
    dieOnUnlock: server?.die_on_unlock ?? true,
    idleMs: timeout?.idle ?? idleMsDefault,
  };
}

function environmentOf({ server, shell, timeout, hooks }: ConfigFile): Record<string, string> {
  const shutdownMs = timeout?.shutdown ?? shutdownMsDefault;
  const drainMs = Math.max(0, Math.min(drainMsMax, shutdownMs - savingMs));
  const settings = {
    PORT: server?.port || shelldPort,
    LIMPET_SHELL_COMMAND: shell?.command,
    LIMPET_WORKING_DIRECTORY: shell?.working_directory && path.resolve(shell.working_directory),
    LIMPET_GRACE_MS: timeout?.kill,
    LIMPET_DRAIN_MS: drainMs,
    LIMPET_HOOK_SHELL: hooks?.shell,
    LIMPET_LOCK_HOOK: hooks?.lock,
    LIMPET_UNLOCK_HOOK: hooks?.unlock,
    LIMPET_UNLOCK_HOOK_MS: Math.max(hookMsMin, shutdownMs - drainMs - savingMs),
  };
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
