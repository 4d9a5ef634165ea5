/**
 * Everything that a run writes outside the checkout is in one directory, which goes with the run: also what a failed
 * test or a tool forgot, and also when the run is interrupted or killed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { endStrays } from './strays.ts';

/** vitest's globalSetup, before the others: the test processes start later and inherit the variable. */
export default function setup(): () => Promise<void> {
  const before = process.env.TMPDIR;
  const directory = mkdtempSync(path.join(realpathSync(tmpdir()), 'lp-run-'));
  // Like /tmp: the accounts of Postgres and of the shells use it as well.
  chmodSync(directory, 0o1777);
  process.env.TMPDIR = directory;
  const janitor = startJanitor(directory);
  return async () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    const strays = await endStrays(directory, [janitor.pid]).catch((error: Error) => error);
    rmSync(directory, { recursive: true, force: true });
    // Whoever waits for this may have nothing else to wait for.
    janitor.ref();
    janitor.kill('SIGKILL');
    await once(janitor, 'close');
    if (strays) throw strays;
  };
}

function startJanitor(directory: string): ChildProcess {
  const script = fileURLToPath(new URL('janitor.bash', import.meta.url));
  const janitor = spawn('bash', [script, directory], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  janitor.unref();
  return janitor;
}
