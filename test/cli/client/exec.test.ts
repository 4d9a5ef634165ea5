/** `limpet exec` is, as far as one can tell, the command itself. */
import { createHash, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../support/directory.ts';
import { useCli } from './cli.ts';

const { limpet, start, open, stack } = useCli();

test('a session keeps its directory, its variables and its functions', async () => {
  const session = await open();
  expect(await limpet(['exec', '-s', session, 'cd /tmp; A=1; f() { echo "$1$A"; }'])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  expect(await limpet(['exec', '-s', session, 'pwd; f x; echo oops >&2'])).toEqual({
    code: 0,
    stdout: '/tmp\nx1\n',
    stderr: 'oops\n',
  });
  expect(await limpet(['exec', 'f y'], { env: { LIMPET_SESSION: session } })).toMatchObject({ stdout: 'y1\n' });
});

test('without a session the command has a shell of its own', async () => {
  expect(await limpet(['exec', 'A=1; echo "$A"; exit 4'])).toEqual({ code: 4, stdout: '1\n', stderr: '' });
  expect(await limpet(['exec', 'echo "[$A]"'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
});

test('several words are a program and its arguments, taken literally', async () => {
  const words = ['two  words', '$HOME', "it's", '', '*', '--flag=a b', 'ünï'];
  const { stdout } = await limpet(['exec', '--', 'printf', '<%s>', ...words]);
  expect(stdout).toBe(words.map((word) => `<${word}>`).join(''));
  expect(await limpet(['exec', 'ls', '-d', '/'])).toMatchObject({ stdout: '/\n' });
  expect(await limpet(['exec', 'A=1', 'x'])).toMatchObject({
    code: 127,
    stderr: expect.stringContaining('A=1: command not found'),
  });
});

test('output comes while the command runs, each stream on its own', async () => {
  const running = start(['exec', 'echo out; echo err >&2; read line; echo "$line"'], { input: '' });
  expect(await running.ended()).toMatchObject({ code: 0, stderr: 'err\n' });
  const waiting = start(['exec', 'echo first; sleep 300']);
  await waiting.printed('first\n');
  waiting.kill('SIGINT');
  expect((await waiting.ended()).code).toBe(130);
});

test('options hold for the command alone', async () => {
  const session = await open('-C', '/tmp', '-e', 'A=session');
  const one = await limpet(['exec', '-s', session, '-C', '/', '-e', 'A=$(id)', '-e', 'B=2=3', 'pwd; echo "$A $B"']);
  expect(one).toEqual({ code: 0, stdout: '/\n$(id) 2=3\n', stderr: '' });
  expect(await limpet(['exec', '-s', session, 'pwd; echo "$A $B"'])).toMatchObject({ stdout: '/tmp\nsession \n' });
});

test('a script comes from a file, or from standard input', async () => {
  const file = path.join(await temporaryDirectory(onTestFinished), 'script.bash');
  await writeFile(file, 'for i in 1 2; do\n  echo "line $i"\ndone\n');
  expect(await limpet(['exec', '--file', file])).toMatchObject({ code: 0, stdout: 'line 1\nline 2\n' });
  expect(await limpet(['exec', '-f', '-'], { input: 'echo from; cat; echo there' })).toMatchObject({
    stdout: 'from\nthere\n',
  });
});

test('ten megabytes go through standard input and come out byte for byte', async () => {
  const bytes = randomBytes(10_000_000);
  const { code, stdout } = await start(['exec', 'cat'], { input: bytes }).ended();
  expect(code).toBe(0);
  expect(createHash('sha256').update(stdout).digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
}, 120_000);

test('a command that does not want its input ends all the same, and without one it is empty', async () => {
  expect(await limpet(['exec', 'head -c 3'], { input: 'x'.repeat(3_000_000) })).toMatchObject({
    code: 0,
    stdout: 'xxx',
  });
  expect(await limpet(['exec', 'cat; echo end'])).toMatchObject({ code: 0, stdout: 'end\n' });
  expect(await limpet(['exec', '--no-stdin', 'cat; echo end'], { input: 'text' })).toMatchObject({ stdout: 'end\n' });
});

test('when nobody reads its output any more it ends quietly, and so does the command', async () => {
  const session = await open();
  const running = start(['exec', '-s', session, 'yes']);
  await running.printed('y\n');
  running.closeStdout();
  expect(await running.ended()).toMatchObject({ code: 141, stderr: '' });
  expect(await limpet(['exec', '-s', session, 'echo free'])).toMatchObject({ code: 0, stdout: 'free\n' });
});

test('--detach prints the id at once; the same idempotency key gives the same command', async () => {
  const session = await open();
  const detached = ['exec', '-s', session, '-d', '--idempotency-key', 'once', 'echo ran >> ~/marks; cat ~/marks'];
  const first = await limpet(detached);
  expect(await limpet(detached)).toEqual(first);
  expect(first.stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  expect(await limpet(['tail', first.stdout.trim()])).toEqual({ code: 0, stdout: 'ran\n', stderr: '' });
});

test('--json prints the command and nothing else, and the exit code is the same', async () => {
  const { code, stdout } = await limpet(['exec', '--json', 'echo out; echo err >&2; false']);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'exited', exit_code: 1, stdout: 'out\n', stderr: 'err\n' });
  expect(stdout.trim().split('\n')).toHaveLength(1);
});

test('what was dropped beyond max_output is said where it is missing', async () => {
  const { code, stdout, stderr } = await limpet(['exec', '--max-output', '1000', 'seq 100000']);
  expect(code).toBe(0);
  expect(stdout.startsWith('1\n2\n')).toBe(true);
  expect(stderr).toMatch(/^limpet: \d+\.\d kB of stdout are missing here: beyond max_output\.\n$/);
});

test('no command sees the key by which it was sent', async () => {
  const { stdout } = await limpet(['exec', 'env']);
  expect(stdout).not.toContain(stack().api.key);
});
