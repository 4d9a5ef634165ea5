import { execFileSync } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findBinaries } from '../../cli/postgres/binaries.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { silent } from '../support/log.ts';

const isRoot = process.getuid?.() === 0;

test.runIf(isRoot)('programs that its account cannot reach are copied, once', async () => {
  const elsewhere = await temporaryDirectory(onTestFinished);
  const nobody = { name: 'an account', uid: 65_534, gid: 65_534 };
  const closed = path.join(await temporaryDirectory(onTestFinished), 'closed');
  const carried = await findBinaries({ account: nobody, elsewhere, log: silent });
  await mkdir(closed, { mode: 0o700 });
  execFileSync('cp', ['-a', path.dirname(carried), path.join(closed, 'native')]);
  const find = () =>
    findBinaries({ account: nobody, elsewhere, log: silent, carried: path.join(closed, 'native', 'bin') });
  const copied = await find();
  expect(copied.startsWith(elsewhere)).toBe(true);
  expect(await find()).toBe(copied);
  expect(execFileSync(path.join(copied, 'postgres'), ['--version'], { uid: 65_534, cwd: '/' }).toString()).toContain(
    '18',
  );
});

test('programs that are not there are refused with their place', async () => {
  const find = findBinaries({ account: undefined, elsewhere: '/nonexistent', log: silent, binaries: '/nonexistent' });
  await expect(find).rejects.toThrow('/nonexistent/postgres cannot be run by this user.');
});
