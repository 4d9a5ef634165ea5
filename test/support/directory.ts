/** Directories that are gone after the test. */
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Passable for the account that runs Postgres when the tests run as root. The caller removes it. */
export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(path.join(await realpath(tmpdir()), 'limpet-test-'));
  await chmod(directory, 0o711);
  return directory;
}

/** The same, removed when the running test ends: pass the test context's `onTestFinished`. */
export async function temporaryDirectory(onTestFinished: (remove: () => Promise<void>) => void): Promise<string> {
  const directory = await makeDirectory();
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
