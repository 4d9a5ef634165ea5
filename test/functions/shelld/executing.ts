/** POST /execute: what a command may be, how long it is waited for, and how it is interrupted. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../../sql/contract.ts';
import type { Api } from '../api/fixture.ts';
import { locked, type Shelld } from './client.ts';

const stillRunning = 'The command timed out. The shell is busy and the command is still running.\n';
const until = (shelld: Shelld, state: string) => expect.poll(() => shelld.state(), { timeout: 20_000 }).toBe(state);

export function executing(api: () => Api): void {
  test('the directory, a variable and a function are there for the next command', async () => {
    const shelld = await locked(api());
    for (const command of ['cd /tmp', 'export A=1 B=2', 'greet() { echo "Hello, $1"; }']) await shelld.output(command);
    expect(await shelld.output('pwd; echo "$A$B"; greet World')).toBe('/tmp\n12\nHello, World');
  });

  test.each([
    ['a heredoc', "cat > f.txt << 'EOF'\nhello $HOME\n\nworld\nEOF\ncat f.txt", 'hello $HOME\nworld'],
    ['a heredoc that ends on the last line', 'cat <<EOF\nx\nEOF', 'x'],
    ['a loop', 'for i in 1 2 3; do\n  echo "Number: $i"\ndone', 'Number: 1\nNumber: 2\nNumber: 3'],
    ['a body that looks like a form', 'a=1&b=%20; echo "$b"', '%20'],
    ['no more than a space', ' ', ''],
    ['a line break at the end', 'echo x\n', 'x'],
    ['Windows line ends in a string', "printf %s 'a\r\nb'", 'a\r\nb'],
    ['what is no ASCII', 'echo ümläut 🐚', 'ümläut 🐚'],
  ])('%s runs as it is', async (_what, command, expected) => {
    expect(await (await locked(api())).output(command)).toBe(expected);
  });

  test.each(['application/x-www-form-urlencoded', 'application/json', 'multipart/form-data; boundary=x', ''])(
    'the body is the command whatever its content type: %j',
    async (type) => {
      const shelld = await locked(api());
      const { status, text } = await shelld.post('/execute', Buffer.from('echo "{a=b&c}"'), { 'Content-Type': type });
      expect([status, text]).toEqual([200, '{a=b&c}']);
    },
  );

  test('an empty command is 400, and so is what no command can be', async () => {
    const shelld = await locked(api());
    for (const body of ['', null]) {
      const { status, text } = await shelld.execute(body);
      expect([status, text]).toEqual([400, 'The command cannot be empty.\n']);
    }
    expect((await shelld.execute('echo \0')).status).toBe(400);
    expect((await shelld.execute(Buffer.of(0xff))).status).toBe(400);
    expect((await shelld.execute('x'.repeat(limits.commandBytesMax + 1))).status).toBe(413);
    expect(await shelld.output(`: ${'x'.repeat(limits.commandBytesMax - 2)}`)).toBe('');
  });

  test.each(['30', 'soon', '1d', '5 m', '1h-5m', '9223372036854775808ns', '-', 'm'])(
    'the X-Command-Timeout %j is 400',
    async (timeout) => {
      const { status, text } = await (await locked(api())).execute('true', timeout);
      expect([status, text]).toEqual([400, 'The X-Command-Timeout header is invalid.\n']);
    },
  );

  test.each(['', '0', '-1s', '1h30m', '1.5h', '+20.5s', '99999h', '30000000µs'])(
    'the X-Command-Timeout %j waits long enough for a quick command',
    async (timeout) => {
      const { status, text } = await (await locked(api())).execute(
        'echo quick',
        Buffer.from(timeout).toString('latin1'),
      );
      expect([status, text]).toEqual([200, 'quick']);
    },
  );

  test('what outlives its timeout goes on, and is read by /state and /output', async () => {
    const shelld = await locked(api());
    const go = `/tmp/limpet-go-${randomUUID()}`;
    await shelld.output(`echo before; rm -f ${go}`);
    const { status, text } = await shelld.execute(`until [ -e ${go} ]; do sleep 0.02; done; echo late`, '200ms');
    expect([status, text]).toEqual([202, stillRunning]);
    expect(await shelld.state()).toBe('executing');
    expect((await shelld.get('/output')).text).toBe('');
    const busy = await shelld.execute('echo no');
    expect([busy.status, busy.text]).toEqual([409, 'The shell is busy executing another command.\n']);
    const other = await locked(api());
    await other.output(`touch ${go}`);
    await until(shelld, 'locked');
    expect((await shelld.get('/output')).text).toBe('late');
    // Another session's files are its own to remove.
    await other.output(`rm ${go}`);
  });

  test('kill interrupts what runs: its output is kept, nothing after it runs, the shell lives', async () => {
    const shelld = await locked(api());
    await shelld.output('KEPT=yes');
    const waiting = shelld.execute('echo begun; touch begun; sleep 60; echo never');
    await until(shelld, 'executing');
    await expect
      .poll(
        async () => {
          await shelld.post('/kill');
          return shelld.state();
        },
        { timeout: 20_000 },
      )
      .toBe('locked');
    const { status, text, headers } = await waiting;
    expect(status).toBe(200);
    expect(['begun', '']).toContain(text);
    expect(headers.get('limpet-state')).toMatch(/^exited|cancelled$/);
    expect(await shelld.output('echo $KEPT')).toBe('yes');
  });

  test('kill ends a loop of builtins', async () => {
    const shelld = await locked(api());
    expect((await shelld.execute('while :; do :; done', '300ms')).status).toBe(202);
    expect((await shelld.post('/kill')).status).toBe(200);
    await until(shelld, 'locked');
    expect((await shelld.get('/output')).text).toBe('');
  });

  test('kill where nothing runs is 200 and changes nothing', async () => {
    const shelld = await locked(api());
    await shelld.output('X=1');
    const { status, text } = await shelld.post('/kill');
    expect([status, text]).toEqual([200, '']);
    expect(await shelld.state()).toBe('locked');
    expect(await shelld.output('echo $X')).toBe('1');
  });

  test('unlock ends what runs, and whoever waits for it is told that there is no shell', async () => {
    const shelld = await locked(api());
    const waiting = shelld.execute('sleep 60');
    await until(shelld, 'executing');
    expect((await shelld.post('/unlock')).status).toBe(200);
    const { status, text } = await waiting;
    expect([status, text]).toEqual([409, 'The shell has not been locked.\n']);
  });

  test('a command that ends its shell gives its output; the next finds the state in a fresh one', async () => {
    const shelld = await locked(api());
    await shelld.output('X=kept');
    const { status, text, headers } = await shelld.execute('echo bye; exit 3');
    expect([status, text, headers.get('limpet-state'), headers.get('limpet-exit-code')]).toEqual([
      200,
      'bye',
      'shell_exited',
      '3',
    ]);
    expect(await shelld.state()).toBe('locked');
    expect(await shelld.output('echo $X')).toBe('kept');
  });
}
