/** A real host beside the edge, with real shells. */
import { rm } from 'node:fs/promises';
import type { HostSettings } from '../../../worker/config.ts';
import { startHost } from '../../../worker/index.ts';
import { makeDirectory } from '../../support/directory.ts';
import { silent } from '../../support/log.ts';

/** For `startApi`: starts a host, of these settings besides the usual ones, and gives what stops it. */
export function hostBeside(settings: Partial<HostSettings>) {
  return async (connectionString: string): Promise<() => Promise<void>> => {
    const workDir = await makeDirectory();
    const usual = { connectionString, workDir, name: 'suite', graceMs: 500, drainMs: 1_000 };
    const host = await startHost({ ...usual, ...settings }, silent);
    return async () => {
      await host.stop();
      await rm(workDir, { recursive: true, force: true });
    };
  };
}

export const besideHost = hostBeside({});
