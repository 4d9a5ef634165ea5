/** `limpet attach`: a session's terminal, as a person sits at it. */
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { useCli } from './cli.ts';
import { Seat } from './seat.ts';

const { limpet, open, stack, start } = useCli();
const fullscreen = fileURLToPath(new URL('../../fixtures/fullscreen.bash', import.meta.url));

async function seated(session: string, size?: { cols: number; rows: number }): Promise<Seat> {
  const seat = new Seat(stack().api, ['attach', session], size);
  onTestFinished(() => seat.leave());
  await seat.shows(/\$ ?$/);
  return seat;
}

test('a line is a command; the prompt tells directory and exit code; history is there', async () => {
  const session = await open('--tty', '-C', '/tmp');
  await limpet(['exec', '-s', session, 'echo earlier']);
  const seat = await seated(session);
  expect(seat.screen()).toContain(`Attached to ${session}. Ctrl-] detaches`);
  seat.type('\x1b[A');
  await seat.shows(`${session} /tmp $ echo earlier`);
  seat.type('\r');
  await seat.shows(new RegExp(`^earlier\\n${session} /tmp \\$`, 'm'));
  seat.type('cd /; printf unfinished; false\r');
  await seat.shows(new RegExp(`^unfinished\\n\\[1\\] ${session} / \\$`, 'm'));
  seat.type('\x04');
  expect(await seat.ended).toBe(0);
  expect(seat.screen()).toContain(`Detached. \`limpet attach ${session}\` comes back.`);
  expect((await limpet(['history', session, '--json'])).stdout.trim().split('\n')).toHaveLength(3);
});

test('while a program runs the keys are its own, and Ctrl-C reaches it', async () => {
  const seat = await seated(await open('--tty'));
  seat.type('read -p \'Name: \' name; echo "Hello $name"\r');
  await seat.shows(/^Name: ?$/m);
  seat.type('Jörg\r');
  await seat.shows('Hello Jörg');
  // Until a program runs, keys are the line's.
  seat.type('echo reads; cat -v\r');
  await seat.shows(/^reads$/m);
  seat.type('\x00\x1b[A\r');
  await seat.shows('^@^[[A');
  seat.type('\x03');
  await seat.shows('[130]');
});

test('a full-screen program draws here, learns of a new size, and is left and found again as it was', async () => {
  const session = await open('--tty');
  const seat = await seated(session, { cols: 70, rows: 12 });
  seat.type(`bash ${fullscreen}\r`);
  await seat.shows('size 12 70');
  expect(seat.isAlternate).toBe(true);
  seat.resize(60, 10);
  await seat.shows('size 10 60');
  seat.type('\x1d');
  expect(await seat.ended).toBe(0);
  expect(seat.isAlternate).toBe(false);
  expect(seat.screen()).toContain('Detached; what runs goes on.');
  const again = new Seat(stack().api, ['attach', session], { cols: 50, rows: 11 });
  onTestFinished(() => again.leave());
  await again.shows('size 11 50');
  again.type('q');
  await again.shows(/\$ ?$/);
  expect(again.isAlternate).toBe(false);
});

test('a long-running program is found again by the picture of its screen', async () => {
  const session = await open('--tty', '--cols', '60', '--rows', '8');
  const running = start(['exec', '-s', session, "seq 100000; read -p 'ready> ' x; echo got $x"]);
  await running.printed('ready>');
  const seat = new Seat(stack().api, ['attach', session], { cols: 60, rows: 8 });
  onTestFinished(() => seat.leave());
  await seat.shows(/^99999\n100000\nready>/m);
  seat.type('it\r');
  await seat.shows('got it');
  expect((await running.ended()).code).toBe(0);
});

test('what somebody else runs is shown as it comes, and what was begun is not lost', async () => {
  const session = await open('--tty');
  const seat = await seated(session);
  seat.type('echo beg');
  await seat.shows('$ echo beg');
  const other = start(['exec', '-s', session, 'echo other; read x']);
  await seat.shows(`${session}:1 runs: echo other; read x`);
  await seat.shows(/^other$/m);
  seat.type('\r');
  await other.ended();
  await seat.shows(/\$ echo beg$/);
  seat.type('un\r');
  await seat.shows(/^begun$/m);
});

test('several pasted lines are several commands, in order', async () => {
  const session = await open('--tty');
  const seat = await seated(session);
  seat.type('echo one\recho two\recho thr');
  await seat.shows(/^two$/m);
  await seat.shows(/\$ echo thr$/);
  await limpet(['close', session]);
  expect(await seat.ended).toBe(0);
  expect(seat.screen()).toContain('The session is closed.');
});

test('without a terminal on either side it says what to do instead', async () => {
  expect(await limpet(['attach', await open('--tty')])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('Attaching needs a terminal'),
  });
  const seat = new Seat(stack().api, ['attach', await open()]);
  expect(await seat.ended).toBe(2);
  await seat.shows(/NAME\s--tty/);
});
