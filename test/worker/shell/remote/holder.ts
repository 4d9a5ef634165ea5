/** Programs that hold shells for the tests of a file, with a temporary directory of their own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Connect } from '../../../../worker/shell/index.ts';

/** Makes the directory, which goes after the tests. `by` gives the options of a shell that these words hold. */
export function useHolder() {
  const directory = mkdtempSync(join(tmpdir(), 'held-test-'));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const environment = { PATH: process.env.PATH ?? '', HOME: '/', TMPDIR: directory };
  const by = (words: string[], silenceMs?: number): { connect: Connect } => ({
    connect: { words, environment, ...(silenceMs !== undefined && { silenceMs }) },
  });
  return { environment, by };
}
