/** A real host beside the edge, with real shells. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { generateSigner } from '../../../audit/keys.ts';
import type { HostSettings } from '../../../worker/config.ts';
import { startHost } from '../../../worker/index.ts';
import { makeDirectory } from '../../support/directory.ts';
import { silent } from '../../support/log.ts';
import { usualSandbox } from '../../support/sandbox.ts';

/** Signs checkpoints of the record, much more often than it would. */
export const auditKey = generateSigner('limpet.test/suite');
const checkpointMs = 250;

/** For `startApi`: starts a host, of these settings besides the usual ones, and gives what stops it. */
export function hostBeside(settings: Partial<HostSettings>) {
  return async (connectionString: string): Promise<() => Promise<void>> => {
    const workDir = await makeDirectory();
    const keyFile = path.join(workDir, 'audit', 'key');
    await mkdir(path.dirname(keyFile));
    await writeFile(keyFile, auditKey.text, { mode: 0o600 });
    const audit = { keyFile, checkpointMs };
    const usual = {
      connectionString,
      sandbox: usualSandbox,
      workDir,
      name: 'suite',
      graceMs: 500,
      drainMs: 1_000,
      warmShells: 0,
      audit,
    };
    const host = await startHost({ ...usual, ...settings }, silent);
    return async () => {
      await host.stop();
      await rm(workDir, { recursive: true, force: true });
    };
  };
}

export const besideHost = hostBeside({});
