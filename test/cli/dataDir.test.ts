import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, stat, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { holdDataDir } from '../../cli/dataDir.ts';
import { temporaryDirectory } from '../support/directory.ts';

/** Another process that holds the directory until it is killed. */
async function holdElsewhere(directory: string): Promise<() => Promise<void>> {
  const module = new URL('../../cli/dataDir.ts', import.meta.url).href;
  const program = `const { holdDataDir } = await import('${module}'); globalThis.held = holdDataDir(process.argv[1]);
    console.log('held'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return async () => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
}

test('another process is kept out while one holds it, and let in when that was killed', async () => {
  const directory = await temporaryDirectory(onTestFinished);
  const kill = await holdElsewhere(directory);
  expect(() => holdDataDir(directory)).toThrow(/^Another limpet is running on .*: stop it first, or choose another/);
  await kill();
  holdDataDir(directory).release();
});

test('the same directory by another name is the same directory', async () => {
  const directory = await temporaryDirectory(onTestFinished);
  await mkdir(path.join(directory, 'real'));
  await symlink('real', path.join(directory, 'link'));
  const held = holdDataDir(path.join(directory, 'real'));
  expect(() => holdDataDir(path.join(directory, 'link'))).toThrow('Another limpet');
  held.release();
});

test('it is made with its parents, and nobody else may list it', async () => {
  const directory = path.join(await temporaryDirectory(onTestFinished), 'a', 'b');
  holdDataDir(directory).release();
  expect((await stat(directory)).mode & 0o044).toBe(0);
});

test('the connection string is replaced whole, for its user only', async () => {
  const held = holdDataDir(await temporaryDirectory(onTestFinished));
  await held.writeDatabaseUrl('postgres://first');
  await held.writeDatabaseUrl('postgres://second');
  const file = path.join(held.path, 'database-url');
  expect(await readFile(file, 'utf8')).toBe('postgres://second\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  held.release();
});
