/** A real host beside the edge, with real shells. */
import { rm } from 'node:fs/promises';
import { startHost } from '../../../worker/index.ts';
import { makeDirectory } from '../../support/directory.ts';
import { silent } from '../../support/log.ts';

/** For `startApi`: starts a host and gives what stops it. */
export async function besideHost(connectionString: string): Promise<() => Promise<void>> {
  const workDir = await makeDirectory();
  const host = await startHost({ connectionString, workDir, name: 'suite', graceMs: 500, drainMs: 1_000 }, silent);
  return async () => {
    await host.stop();
    await rm(workDir, { recursive: true, force: true });
  };
}
