/** Completion, in the shells themselves where they are installed. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { launcher, useCli } from './cli.ts';

const run = promisify(execFile);
const { limpet, open, stack } = useCli();
const words = async (...before: string[]) => {
  const { stdout } = await limpet(['complete-words', '--', ...before]);
  return stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t')[0]);
};
const installed = (shell: string) =>
  ['/bin', '/usr/bin', '/usr/local/bin'].some((directory) => existsSync(path.join(directory, shell)));

/** What Tab offers in a real bash after these words. */
async function offeredByBash(...line: string[]): Promise<string[]> {
  const script = fileURLToPath(new URL('offered.bash', import.meta.url));
  const env = {
    PATH: `${path.dirname(launcher)}:${process.env.PATH}`,
    LIMPET_URL: stack().api.url,
    LIMPET_KEY: stack().api.key,
  };
  const { stdout } = await run('bash', [script, ...line], { env });
  return stdout.split('\n').filter(Boolean);
}

test('bash is offered commands, options, choices and sessions', async () => {
  const session = await open();
  expect(await offeredByBash('limpet', 'se')).toEqual(['sessions']);
  expect(await offeredByBash('limpet', 'exec', '--fail')).toEqual(['--fail-if-busy']);
  expect(await offeredByBash('limpet', 'exec', '-s', session)).toContain(session);
  expect(await offeredByBash('limpet', 'tail', '')).toContain(session);
  expect(await offeredByBash('limpet', 'keys', '')).toEqual([
    'create',
    'list',
    'change',
    'rotate',
    'revoke',
    'link',
    'help',
  ]);
  expect(await offeredByBash('limpet', 'sessions', '--state', 'cl')).toEqual(['closed']);
  expect(await offeredByBash('limpet', 'exec', '--file', '')).toEqual([]);
  expect(await offeredByBash('limpet', 'recording', '--format', 'v')).toEqual(['v3', 'v2']);
  expect(await offeredByBash('limpet', 'recording', session)).toEqual([session]);
  expect(await offeredByBash('limpet', 'usage', '--c')).toEqual(['--csv']);
});

test('what is offered is quoted for the shell', async () => {
  await limpet(['open', 'two words']);
  expect(await offeredByBash('limpet', 'close', 'two')).toEqual(['two\\ words']);
});

test('closed sessions, and internal commands, are not offered', async () => {
  const session = await open();
  await limpet(['close', session]);
  expect(await words('tail', '')).not.toContain(session);
  expect(await words('')).toContain('completion');
  expect(await words('')).not.toContain('complete-words');
  expect(await words('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  expect(await words('close', 'a', '-')).toEqual(expect.arrayContaining(['--url', '--key-file']));
});

test('without limpet, a Tab is quiet', async () => {
  const nowhere = { env: { LIMPET_KEY: '', LIMPET_URL: 'http://127.0.0.1:1' } };
  expect(await limpet(['complete-words', '--', 'tail', ''], nowhere)).toEqual({ code: 0, stdout: '', stderr: '' });
});

describe.for([
  ['bash', ['-n']],
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
] as const)('the script for %s', ([shell, parse]) => {
  test.skipIf(!installed(shell))('is understood by it', async () => {
    const { stdout } = await limpet(['completion', shell]);
    const script = fileURLToPath(new URL(`../../../cli/completion/limpet.${shell}`, import.meta.url));
    expect(stdout).toContain(`limpet completion ${shell}`);
    await run(shell, [...parse, script]);
  });
});

test('another shell is refused with those that there are', async () => {
  expect(await limpet(['completion', 'csh'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('bash, zsh, fish'),
  });
});
