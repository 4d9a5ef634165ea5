/** Opening, listing, following, interrupting and closing from the command line. */
import { expect, test } from 'vitest';
import { useCli } from './cli.ts';

const { limpet, start, open } = useCli();
/** On a busy machine a step may take a while. */
const recently = '(just now|\\d+ (s|min) ago)';
const lines = (text: string) => text.trimEnd().split('\n');
const parsed = (text: string) => lines(text).map((line) => JSON.parse(line));

test('open prints the name, or the id, or the session', async () => {
  expect(await limpet(['open', 'named'])).toEqual({ code: 0, stdout: 'named\n', stderr: '' });
  expect((await limpet(['open'])).stdout).toMatch(/^[0-9a-f-]{36}\n$/);
  const options = [
    '-C',
    '/tmp',
    '-e',
    'A=1',
    '-l',
    'team=web',
    '--idle-timeout',
    '5m',
    '--merge-output',
    '--cols',
    '90',
    '--rows',
    '30',
  ];
  const { stdout } = await limpet(['open', 'full', ...options, '--json']);
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'full',
    labels: { team: 'web' },
    idle_timeout_ms: 300_000,
    merge_output: true,
    cols: 90,
    rows: 30,
  });
  expect(await limpet(['open', 'named'])).toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringContaining('You have an open session named "named".'),
  });
  expect(await limpet(['open', 'x', '-e', 'nonsense'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('It must be NAME=VALUE'),
  });
});

test('sessions lists the open ones as a table or as JSON lines, and closed ones when asked', async () => {
  const session = await open();
  await limpet(['exec', '-s', session, 'cd /tmp']);
  const gone = await open();
  expect(await limpet(['close', gone, gone])).toEqual({ code: 0, stdout: '', stderr: '' });
  const { stdout } = await limpet(['sessions']);
  expect(lines(stdout)[0]).toMatch(/^SESSION +STATE +COMMANDS +QUEUED +ACTIVE +HOST +DIRECTORY$/);
  expect(stdout).toMatch(new RegExp(`^${session} +ready +1 +${recently} +behaviour +/tmp$`, 'm'));
  expect(stdout).not.toMatch(new RegExp(`^${gone} `, 'm'));
  expect(stdout).not.toContain('\x1b');
  expect((await limpet(['sessions', '--all'])).stdout).toMatch(new RegExp(`^${gone} +closed`, 'm'));
  const named = parsed((await limpet(['sessions', '--json'])).stdout).filter(({ name }) => name === session);
  expect(named).toMatchObject([{ state: 'ready', commands: 1, cwd: '/tmp' }]);
  expect(await limpet(['sessions', '-q', 'no such thing'])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'limpet: There is no such session.\n',
  });
  expect(parsed((await limpet(['sessions', '--json', '--limit', '1'])).stdout)).toHaveLength(1);
});

test('history shows commands and their ends, the newest last, and nothing that could move the cursor', async () => {
  const session = await open();
  for (const command of ['true', "printf '\\e[2J'\necho \x1b[31mred", 'false'])
    await limpet(['exec', '-s', session, command]);
  const { stdout } = await limpet(['history', session]);
  expect(lines(stdout)[0]).toMatch(/^NUMBER +WHEN +TOOK +END +COMMAND$/);
  expect(lines(stdout)[1]).toMatch(new RegExp(`^ +1 +${recently} +[\\d.]+ m?s +0 +true$`));
  expect(lines(stdout)[2]).toMatch(/^ +2 +.* 0 +printf '\\e\[2J' ⏎ echo ·\[31mred$/);
  expect(lines(stdout)[3]).toMatch(/^ +3 +.* 1 +false$/);
  const found = await limpet(['history', session, '-q', 'RED', '--json']);
  expect(parsed(found.stdout)).toMatchObject([{ seq: 2, exit_code: 0 }]);
  expect(parsed((await limpet(['history', session, '--limit', '2', '--json'])).stdout).map(({ seq }) => seq)).toEqual([
    2, 3,
  ]);
  expect((await limpet(['history', '--limit', '1'])).stdout).toMatch(/^ID +WHEN/);
  expect(await limpet(['history', '--limit', '0'])).toMatchObject({ code: 2 });
});

test('tail shows a command from its beginning or its last lines, and ends with its code', async () => {
  const session = await open();
  await limpet(['exec', '-s', session, 'seq 100; echo e1 >&2; echo e2 >&2; false']);
  expect(await limpet(['tail', `${session}:1`])).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^1\n2\n[\s\S]*\n100\n$/),
  });
  expect(await limpet(['tail', '-n', '2', `${session}:1`])).toEqual({
    code: 1,
    stdout: '99\n100\n',
    stderr: 'e1\ne2\n',
  });
  expect(await limpet(['tail', `${session}:2`])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('has no command 2'),
  });
});

test('tail follows a session from command to command until it is closed', async () => {
  const session = await open();
  await limpet(['exec', '-s', session, 'echo one']);
  const following = start(['tail', session]);
  await following.printed('one\n');
  await limpet(['exec', '-s', session, 'echo two; exit 3']);
  await following.printed('two\n');
  await following.printed('── 3', 'stderr');
  await limpet(['close', session]);
  const { code, stdout, stderr } = await following.ended();
  expect([code, stdout.toString()]).toEqual([0, 'one\ntwo\n']);
  expect(stderr).toContain(`── ${session}:2 $ echo two; exit 3\n`);
});

test('tail leaves on Ctrl-C, and the command goes on', async () => {
  const session = await open();
  const running = start(['exec', '-s', session, 'echo on; sleep 300']);
  await running.printed('on\n');
  for (const what of [session, `${session}:1`]) {
    const following = start(['tail', what]);
    await following.printed('on\n');
    following.kill('SIGINT');
    expect(await following.ended()).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('The command goes on'),
    });
  }
  expect(await limpet(['interrupt', session])).toEqual({ code: 0, stdout: '', stderr: '' });
  expect((await running.ended()).code).toBe(130);
  expect(await limpet(['interrupt', session])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`Nothing runs in ${session}`),
  });
  expect(await limpet(['interrupt', `${session}:1`])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has ended'),
  });
});
