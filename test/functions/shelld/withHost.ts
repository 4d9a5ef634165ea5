/** An edge beside a host of the test's own settings. */
import { chmod, readFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';
import type { HostSettings } from '../../../worker/config.ts';
import { temporaryDirectory } from '../../support/directory.ts';
import { onNode, startApi } from '../api/fixture.ts';
import { hostBeside } from '../api/host.ts';

/** Starts both, and stops them after the test or by `stop`; undefined: without a host. */
export async function withHost(settings: Partial<HostSettings> | undefined) {
  const started = await startApi(onNode, settings && hostBeside(settings));
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= started.stop();
    return stopped;
  };
  onTestFinished(stop);
  return { ...started, stop };
}

/** A directory in which hooks, which run as this process does, and shells, which do not, may write. */
export async function sharedDirectory(): Promise<string> {
  const directory = await temporaryDirectory(onTestFinished);
  await chmod(directory, 0o777);
  return directory;
}

/** The lines of a file; none where there is no file. */
export async function linesOf(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
}
