/** How commands end, as exit codes and sentences. */
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { exitCodeOf, exitCodes, sentenceOf } from '../../../cli/watch/ending.ts';
import { until } from '../../behaviour/stack.ts';
import { useCli } from './cli.ts';

const { limpet, start, open } = useCli();

test.for([
  ['true', 0, ''],
  ['false', 1, ''],
  ['exit 3', 3, 'limpet: The shell ended with it (exit code 3).'],
  ['kill -9 $$', 137, 'limpet: The shell ended with it (exit code 137).'],
  ['bash -c "kill -TERM \\$\\$"', 143, ''],
  ['nosuchprogram', 127, 'nosuchprogram: command not found'],
  ['echo "oops', 2, 'unexpected EOF'],
] as const)('in a session, `%s` ends with %i', async ([command, code, text]) => {
  const session = await open();
  const ended = await limpet(['exec', '-s', session, command]);
  expect(ended.code).toBe(code);
  if (text === '') expect(ended.stderr).toBe('');
  else expect(ended.stderr).toContain(text);
});

test('a timeout is 124, and says what became of the processes', async () => {
  const ended = await limpet(['exec', '-t', '500ms', 'echo before; sleep 300']);
  expect(ended).toMatchObject({
    code: 124,
    stdout: 'before\n',
    stderr: expect.stringContaining('longer than its timeout'),
  });
});

test('ended by somebody else, it says so', async () => {
  const session = await open();
  const running = start(['exec', '-s', session, 'echo on; sleep 300']);
  await running.printed('on\n');
  expect(await limpet(['cancel', session])).toMatchObject({ code: 0, stdout: expect.stringMatching(/ killed \d+\n$/) });
  const { code, stderr } = await running.ended();
  expect(code).toBeGreaterThan(128);
  expect(stderr).toMatch(/^limpet: It was ended/);
});

test('Ctrl-C interrupts the command, which may live on, and twice leaves it running', async () => {
  const session = await open();
  const running = start(['exec', '-s', session, "trap 'echo caught' INT; echo on; while :; do sleep 0.1; done"]);
  await running.printed('on\n');
  running.kill('SIGINT');
  await running.printed('caught\n');
  running.kill('SIGINT');
  const { code, stderr } = await running.ended();
  expect(code).toBe(130);
  expect(stderr).toContain(`Left. The command goes on: \`limpet tail ${session}:1\` shows it again`);
  const again = start(['tail', `${session}:1`]);
  await again.printed('caught\n');
  expect(await limpet(['cancel', `${session}:1`])).toMatchObject({ code: 0 });
  expect((await again.ended()).code).toBeGreaterThan(128);
});

test('Ctrl-C for what waits for its turn takes it back: it never runs', async () => {
  const session = await open();
  const first = start(['exec', '-s', session, 'echo on; sleep 300']);
  await first.printed('on\n');
  const second = start(['exec', '-s', session, 'touch ~/ran']);
  const queued = async () => (await limpet(['history', session, '--state', 'queued', '--json'])).stdout !== '';
  await until(queued);
  second.kill('SIGINT');
  expect(await second.ended()).toMatchObject({
    code: exitCodes.cancelled,
    stderr: expect.stringContaining('it never ran'),
  });
  first.kill('SIGINT');
  await first.ended();
  expect(await limpet(['exec', '-s', session, 'ls ~'])).toMatchObject({ stdout: '' });
});

test('SIGTERM leaves the command running', async () => {
  const session = await open();
  const running = start(['exec', '-s', session, 'echo on; sleep 300']);
  await running.printed('on\n');
  running.kill('SIGTERM');
  expect(await running.ended()).toMatchObject({ code: 143, stderr: expect.stringContaining('The command goes on') });
  expect(await limpet(['sessions', '--json'])).toMatchObject({ stdout: expect.stringContaining('"state":"busy"') });
  await limpet(['close', session]);
});

test.for([
  [{ state: 'lost', exit_code: null }, 120, 'whether it finished is not known'],
  [{ state: 'cancelled', exit_code: null }, 121, 'it never ran'],
  [{ state: 'expired', exit_code: null }, 122, 'No host took it'],
  [{ state: 'timed_out', exit_code: 124 }, 124, 'timeout'],
  [{ state: 'killed', exit_code: 137 }, 137, '(SIGKILL)'],
  [{ state: 'shell_exited', exit_code: null }, 120, 'how is not known'],
] as const)('%j is %i', ([end, code, text]) => {
  const ended = { ...end, signal: end.state === 'killed' ? 'KILL' : null };
  expect(exitCodeOf(ended)).toBe(code);
  expect(sentenceOf(ended, true)).toContain(text);
});

test('what limpet itself cannot do is 125 for exec, 1 elsewhere, and 2 where the command line is wrong', async () => {
  expect(await limpet(['exec', '-s', 'nowhere', 'true'])).toEqual({
    code: 125,
    stdout: '',
    stderr: 'limpet: There is no such session.\n`limpet sessions` and `limpet history` list yours.\n',
  });
  expect(await limpet(['close', 'nowhere'])).toMatchObject({ code: 1 });
  expect(await limpet(['exec'])).toMatchObject({ code: 2, stderr: expect.stringContaining('Give a command') });
  expect(await limpet(['exec', '--nonsense', 'x'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('unknown option'),
  });
  expect(await limpet(['exec', '--max-output', 'abc', 'x'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('whole number from 0 on'),
  });
  expect(await limpet(['nonsense'])).toMatchObject({ code: 2, stderr: expect.stringContaining('unknown command') });
  expect(await limpet(['exec', '-t', '99h', 'x'])).toEqual({
    code: 125,
    stdout: '',
    stderr: 'limpet: timeout: Above the limit "timeoutMsMax" of 86400 s\n',
  });
});

test('without a key, with a wrong one, or at a wrong address it says what to do', async () => {
  expect(await limpet(['sessions'], { env: { LIMPET_KEY: '' } })).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('limpet keys create'),
  });
  expect(await limpet(['sessions'], { env: { LIMPET_KEY: 'wrong' } })).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('LIMPET_KEY'),
  });
  expect(await limpet(['sessions', '--url', 'nonsense'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--url must be an address'),
  });
  const stranger = createServer((_, response) => response.writeHead(404).end('hello')).listen(0, '127.0.0.1');
  onTestFinished(() => void stranger.close());
  await new Promise((resolve) => stranger.once('listening', resolve));
  const { port } = stranger.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  expect(await limpet(['sessions', '--url', url])).toEqual({
    code: 1,
    stdout: '',
    stderr: `limpet: ${url} answered 404, and not as limpet does. Is LIMPET_URL right?\n`,
  });
});
