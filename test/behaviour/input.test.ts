/** Input: what is sent to an interactive command is what it reads, byte for byte, and no more than there is room for. */
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { expectProblem } from '../functions/api/client.ts';
import { Shell } from './shell.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const open = () => Shell.open(stack().api);
const MiB = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const interactive = { interactive: true };
/** Debian's; a shell's PATH has the system's directories alone. */
const python = ['/usr/bin/python3', '/usr/local/bin/python3'].find((path) => existsSync(path));

describe('stdin', () => {
  test.concurrent('is empty unless it is asked for', async () => {
    const shell = await open();
    await shell.play([
      ['cat; read x; echo $?', { stdout: '1\n' }],
      ['cat; cat', { stdout: 'given' }, { stdin: 'given' }],
      ['cat', { stdout: '' }],
    ]);
  });

  test.concurrent('answers a prompt', async () => {
    const shell = await open();
    const command = await shell.start(`read -p 'Enter name: ' n && echo "Hello $n"`, interactive);
    expect((await command.send('John\n')).status).toBe(204);
    expect(await command.ended()).toMatchObject({ stdout: 'Hello John\n', exit_code: 0 });
  });

  (python ? test.concurrent : test.skip)('answers two prompts of a python program, one after the other', async () => {
    const shell = await open();
    const script = `a = input("first: "); print("got", a, flush=True); b = input("second: "); print(a + b)`;
    const command = await shell.start(`python3 -c '${script}'`, interactive);
    await command.printed('first: ');
    await command.send('for');
    await command.send('ty\n');
    await command.printed('got forty\nsecond: ');
    await command.send('two\n');
    expect(await command.ended()).toMatchObject({ stdout: 'first: got forty\nsecond: fortytwo\n', exit_code: 0 });
  });

  const bytes: [what: string, bytes: Uint8Array][] = [
    ['00 01 02 ff 00 41', Buffer.from('000102ff0041', 'hex')],
    ['65,536 bytes', randomBytes(65_536)],
    ['65,537 bytes', randomBytes(65_537)],
    ['1 KiB of noise', randomBytes(1024)],
    ['1 MiB, all that is taken at once', randomBytes(MiB)],
    ['nothing', Buffer.of()],
  ];
  test.concurrent.each(bytes)('of %s comes out of cat as it went in', async (_what, sent) => {
    const shell = await open();
    const command = await shell.start('cat', interactive);
    expect((await command.send(sent, '?eof=true')).status).toBe(204);
    expect(await command.ended()).toMatchObject({ state: 'exited', exit_code: 0, stdout_bytes: sent.length });
    expect(sha256((await command.output()).bytes)).toBe(sha256(sent));
  });

  test.concurrent('of 1 MiB and a byte is refused, and of it nothing is taken', async () => {
    const shell = await open();
    const command = await shell.start('cat', interactive);
    expectProblem(await command.send(new Uint8Array(MiB + 1)), 413, 'too_large');
    await command.send('small', '?offset=0&eof=true');
    expect(await command.ended()).toMatchObject({ stdout: 'small' });
  });

  test.concurrent('with an offset may be sent again without harm; what would leave a gap is refused', async () => {
    const shell = await open();
    const command = await shell.start('cat', interactive);
    for (const [text, offset, status] of [
      ['abc', 0, 204],
      ['abc', 0, 204],
      ['bcdef', 1, 204],
      ['def', 3, 204],
      ['x', 7, 409],
      ['gh', 6, 204],
      ['gh', 6, 204],
    ] as const)
      expect((await command.send(text, `?offset=${offset}`)).status, `${text} at ${offset}`).toBe(status);
    for (const _again of [1, 2]) expect((await command.send('i', '?offset=8&eof=true')).status).toBe(204);
    expect(await command.ended()).toMatchObject({ stdout: 'abcdefghi' });
    expect((await command.send('i', '?offset=8&eof=true')).status, 'once it has ended').toBe(204);
    expectProblem(await command.send('j', '?offset=9'), 409, 'command_ended');
  });

  test.concurrent('sent before the command has started waits for it', async () => {
    const shell = await open();
    const first = await shell.start('read go', interactive);
    const second = await shell.start('cat', interactive);
    for (const [text, query] of [
      ['early ', ''],
      ['bytes', '?eof=true'],
    ] as const)
      expect((await second.send(text, query)).status).toBe(204);
    expect((await second.now()).state).toBe('queued');
    await first.send('\n');
    expect(await second.ended()).toMatchObject({ stdout: 'early bytes' });
    expect(await first.ended()).toMatchObject({ stdout: '', exit_code: 0 });
  });

  test.concurrent('sent while the command is being started reaches it, whatever comes first', async () => {
    const shell = await open();
    for (let round = 0; round < 20; round += 1) {
      const first = await shell.start('head -c 1', interactive);
      const second = await shell.start('cat', interactive);
      await Promise.all([first.send(`${round % 10}`), second.send(`${round}`, '?eof=true')]);
      expect(await first.ended()).toMatchObject({ stdout: `${round % 10}` });
      expect(await second.ended()).toMatchObject({ stdout: `${round}` });
    }
  });

  test.concurrent('in many small pieces keeps its order', async () => {
    const shell = await open();
    const command = await shell.start('cat', interactive);
    const pieces = Array.from({ length: 100 }, (_, n) => `${n}\n`);
    for (const piece of pieces) await command.send(piece);
    await command.send('', '?eof=true');
    expect(await command.ended()).toMatchObject({ stdout: pieces.join('') });
  });

  test.concurrent('after the end is refused', async () => {
    const shell = await open();
    const command = await shell.start('read x', interactive);
    await command.send('x\n');
    await command.ended();
    expectProblem(await command.send('y'), 409, 'command_ended');
    const plain = await shell.start('sleep 30');
    expectProblem(await plain.send('y'), 409, 'not_interactive');
    await plain.cancel();
  });

  test.concurrent('that nobody reads waits up to 1 MiB; more is refused, and taken once there is room', async () => {
    const shell = await open();
    const command = await shell.start('until [ -e go ]; do sleep 0.05; done; cat', interactive);
    const piece = randomBytes(MiB / 4);
    const sent: Uint8Array[] = [];
    let answer = await command.send(piece);
    for (; answer.status === 204; answer = await command.send(piece)) sent.push(piece);
    expectProblem(answer, 429, 'stdin_full');
    expect(answer.headers.get('retry-after')).toBe('1');
    // One piece is on its way into the pipe; the others wait.
    expect([4, 5]).toContain(sent.length);
    writeFileSync(`${stack().home(shell.id)}/go`, '');
    const offset = sent.length * piece.length;
    await until(async () => (await command.send(piece, `?offset=${offset}&eof=true`)).status === 204);
    await command.ended();
    expect(sha256((await command.output()).bytes)).toBe(sha256(Buffer.concat([...sent, piece])));
  });

  test.concurrent('that is never read is gone with its command', async () => {
    const shell = await open();
    const command = await shell.start('head -c 3', interactive);
    await command.send('abcdef');
    expect(await command.ended()).toMatchObject({ stdout: 'abc' });
    await shell.play([['cat', { stdout: '' }]]);
    const next = await shell.start('cat', interactive);
    await next.send('own', '?eof=true');
    expect(await next.ended()).toMatchObject({ stdout: 'own' });
  });

  test.concurrent('does not come to an end by itself: the command can be ended all the same', async () => {
    const shell = await open();
    const command = await shell.start('cat', { ...interactive, timeout: '300ms' });
    await command.send('abc');
    expect(await command.ended()).toMatchObject({ state: 'timed_out', stdout: 'abc' });
  });
});
