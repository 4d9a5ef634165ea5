import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { openTestShell } from './support.ts';

test('a prompt is answered', async () => {
  const shell = await openTestShell();
  const asked = Promise.withResolvers<void>();
  let out = '';
  const ran = shell.exec(`printf 'Enter name: '; read n && echo "Hello $n"`, {
    stdin: 'interactive',
    onOutput: (_, bytes) => {
      out += Buffer.from(bytes).toString();
      asked.resolve();
    },
  });
  await asked.promise;
  await shell.write(Buffer.from('John\n'));
  expect(await ran).toMatchObject({ outcome: 'exited', exitCode: 0 });
  expect(out).toBe('Enter name: Hello John\n');
});

test('a program asks twice', async () => {
  const shell = await openTestShell();
  const ran = shell.exec(`python3 -c 'print(input() + input())'`, { stdin: 'interactive', onStart: () => {} });
  await untilInput(shell);
  await shell.write(Buffer.from('a\n'));
  await shell.write(Buffer.from('b\n'));
  expect((await ran).exitCode).toBe(0);
});

test.each([
  ['control bytes', Buffer.from([0, 1, 2, 0xff, 0, 0x41])],
  ['65,536 bytes', Buffer.alloc(65_536, 'x')],
  ['65,537 bytes', Buffer.alloc(65_537, 'x')],
  ['1 KiB of noise', randomBytes(1024)],
  ['5 MB of noise', randomBytes(5_000_000)],
  ['nothing', Buffer.of()],
])('%s come back byte for byte, given at once and piece by piece', async (_, bytes) => {
  const shell = await openTestShell();
  const given = await collect((onOutput) => shell.exec('cat', { stdin: bytes, onOutput }));
  const typed = await collect(async (onOutput) => {
    const ran = shell.exec('cat', { stdin: 'interactive', onOutput });
    await untilInput(shell);
    for (let at = 0; at < bytes.length; at += 300_000) await shell.write(bytes.subarray(at, at + 300_000));
    shell.endInput();
    await ran;
  });
  expect(given.equals(bytes)).toBe(true);
  expect(typed.equals(bytes)).toBe(true);
});

test('what nobody reads is gone with the command, and does not reach the next', async () => {
  const shell = await openTestShell();
  const ran = shell.exec('read a', { stdin: 'interactive' });
  await untilInput(shell);
  await shell.write(Buffer.from('first\nleft\n'));
  expect((await ran).exitCode).toBe(0);
  await expect(shell.write(Buffer.from('late'))).rejects.toThrow('No interactive command is running.');
  const next = shell.exec('echo $a; cat', { stdin: 'interactive' });
  await untilInput(shell);
  shell.endInput();
  expect((await next).out).toBe('first\n');
});

test('the end of input may come before bash has opened it', async () => {
  const shell = await openTestShell();
  for (let round = 0; round < 20; round++) {
    const ran = shell.exec('cat', { stdin: 'interactive' });
    await untilInput(shell);
    void shell.write(Buffer.from('x'));
    shell.endInput();
    expect((await ran).out).toBe('x');
  }
});

test('a writer that nobody reads from waits, until the command is over', async () => {
  const shell = await openTestShell();
  const ran = shell.exec('read line; exit 0', { stdin: 'interactive' });
  await untilInput(shell);
  const written = shell.write(Buffer.alloc(1_000_000, 'x'));
  await shell.end('killed');
  await expect(written).resolves.toBeUndefined();
  expect((await ran).outcome).toBe('killed');
});

type OnOutput = (stream: string, bytes: Uint8Array) => void;

async function collect(run: (onOutput: OnOutput) => Promise<unknown>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  await run((_, bytes) => void chunks.push(bytes));
  return Buffer.concat(chunks);
}

/** A command that has just been given takes input once its files are made. */
async function untilInput(shell: { write(bytes: Uint8Array): Promise<void> }): Promise<void> {
  for (;;) {
    const isTaken = await shell.write(Buffer.of()).then(
      () => true,
      () => false,
    );
    if (isTaken) return;
    await new Promise(setImmediate);
  }
}
