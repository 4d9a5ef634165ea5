import { readdirSync, readFileSync } from 'node:fs';

import { describe, expect, test } from 'vitest';
import { readOpenPaths, readProcess, tickAgo } from '../../../worker/shell/processes.ts';
import { exec, isAlive, until } from './support.ts';
import { openTestTerminal, untilShown } from './terminalSupport.ts';

describe('a command in a terminal', () => {
  test('has it as stdin, stdout and stderr, and as the terminal that controls it', async () => {
    const shell = await openTestTerminal();
    const text = 'tty; tty <&2; [ -t 1 ] && echo yes >/dev/tty; echo no >&2; stty size; ps -o tty= $$';
    const { out, err, exitCode } = await shell.exec(text);
    expect(out).toMatch(/^(\/dev\/pts\/\d+)\r\n\1\r\nyes\r\nno\r\n24 80\r\npts\/\d+\r\n$/);
    expect([err, exitCode]).toEqual(['', 0]);
  });

  test('leaves its state to the next: directory, variables, functions, status', async () => {
    const shell = await openTestTerminal();
    await shell.exec('cd /tmp; A=1; f() { echo "f$A"; }; (exit 3)');
    expect((await shell.exec('echo $?; pwd; f; echo $COLUMNS $LINES')).out).toBe('3\r\n/tmp\r\nf1\r\n80 24\r\n');
  });

  test('has all its output in its result, whatever there is of it, and nothing of the next', async () => {
    const shell = await openTestTerminal();
    for (const lines of [1, 100, 20_000]) {
      const { out } = await shell.exec(`seq ${lines}`);
      expect(out).toBe(Array.from({ length: lines }, (_, index) => `${index + 1}\r\n`).join(''));
    }
    for (let round = 0; round < 200; round++) expect((await shell.exec(`printf ${round}`)).out).toBe(String(round));
  });

  test('waits where its output is not taken, and loses nothing', async () => {
    const shell = await openTestTerminal();
    const chunks: Uint8Array[] = [];
    const onOutput = async (_: string, bytes: Uint8Array) => {
      await new Promise(setImmediate);
      chunks.push(bytes);
    };
    await shell.exec('seq 200000', { onOutput });
    expect(Buffer.concat(chunks).toString()).toBe(
      Array.from({ length: 200_000 }, (_, index) => `${index + 1}\r\n`).join(''),
    );
  });

  test('keeps what a shell that exits has written', async () => {
    const shell = await openTestTerminal();
    const ran = await shell.exec('seq 5000; exit 3');
    expect(ran).toMatchObject({ outcome: 'shell_exited', exitCode: 3, shellAlive: false });
    expect(ran.out.endsWith('\r\n5000\r\n')).toBe(true);
  });

  test('is restored into another terminal', async () => {
    const first = await openTestTerminal();
    const { state } = await first.exec('cd /usr; A=(1 2); shopt -s globstar; trap "echo bye" EXIT');
    const second = await openTestTerminal(state ? { restore: state } : {});
    expect(second.problems).toEqual([]);
    expect((await second.exec('pwd; declare -p A; shopt globstar; exit')).out).toBe(
      '/usr\r\ndeclare -a A=([0]="1" [1]="2")\r\nglobstar       \ton\r\nbye\r\n',
    );
  });
});

describe('input', () => {
  test('is what is typed', async () => {
    const shell = await openTestTerminal();
    const ran = shell.exec('read -p "name? " n; echo "Hello $n"');
    await untilShown(shell, 'name?');
    await shell.terminal?.press(['John', 'Enter']);
    expect((await ran).out).toBe('name? John\r\nHello John\r\n');
  });

  test('typed while nothing runs is read by the next program', async () => {
    const shell = await openTestTerminal();
    await shell.terminal?.press(['early', 'Enter']);
    await untilShown(shell, 'early');
    expect((await shell.exec('read x; echo "got $x"')).out).toBe('got early\r\n');
  });

  test('may be bytes, with Ctrl-D for their end', async () => {
    const shell = await openTestTerminal();
    const ran = shell.exec('printf begun; cat; echo end');
    await untilShown(shell, 'begun');
    await shell.write(Buffer.from('≤\n'));
    shell.endInput();
    expect((await ran).out).toBe('begun≤\r\n≤\r\nend\r\n');
  });

  test('may be given with the command instead', async () => {
    const shell = await openTestTerminal();
    expect((await shell.exec('cat; [ -t 1 ] && echo yes', { stdin: Buffer.from('fed\n') })).out).toBe('fed\r\nyes\r\n');
    expect((await shell.exec('wc -c', { stdin: Buffer.of() })).out).toBe('0\r\n');
    const own = { stdin: Buffer.from('x'), cwd: '/usr', environment: { A: '1' } };
    expect((await shell.exec('cat; pwd; echo $A', own)).out).toBe('x/usr\r\n1\r\n');
  });

  test('that no program reads holds up nothing', async () => {
    const shell = await openTestTerminal();
    const ran = shell.exec('printf begun; read x');
    await untilShown(shell, 'begun');
    await shell.write(Buffer.from('a\n'.repeat(100_000)));
    expect((await ran).exitCode).toBe(0);
    expect((await shell.exec('echo $x')).out).toMatch(/^[\sa]*a\r\n$/);
  });
});

describe('closing a shell with a terminal', () => {
  test('leaves no process and no terminal, whoever holds it', async () => {
    const terminals = () => readOpenPaths(process.pid).filter((path) => path.startsWith('/dev/pt')).length;
    const before = terminals();
    const shell = await openTestTerminal({ graceMs: 200 });
    await shell.exec(
      "(env -i setsid bash -c 'echo $$ >a.pid; exec sleep 300' &); until [ -s a.pid ]; do :; done; sleep 300 &",
    );
    const orphan = Number(readFileSync(`${shell.scratch}/a.pid`, 'latin1'));
    // It gave up all that tells of its command but its age, which the kernel counts in hundredths of a second.
    await until(() => tickAgo(0) > (readProcess(orphan)?.startTick ?? 0) + 2);
    await shell.exec('sleep 300', { timeoutMs: 50 });
    expect(isAlive(orphan)).toBe(true);
    await shell.close();
    expect([shell.pid, orphan].filter(isAlive)).toEqual([]);
    expect(terminals()).toBe(before);
  });

  test('10 times leaves no descriptor', async () => {
    const descriptors = () => readdirSync('/proc/self/fd').length;
    await (await openTestTerminal()).close();
    const before = descriptors();
    for (let round = 0; round < 10; round++) await (await openTestTerminal()).close();
    await until(() => descriptors() <= before);
  });
});

test.skipIf(process.getuid?.() !== 0)(
  'a terminal belongs to the account of its shell alone, with no other descriptor',
  async () => {
    const options = { account: { uid: 65_534, gid: 65_534 }, cwd: '/tmp' };
    const [shell] = await Promise.all([
      openTestTerminal(options),
      openTestTerminal(options),
      openTestTerminal(options),
    ]);
    const { out } = await exec(shell, 'id -u; id -G; stat -c "%u %a" $(tty); echo x >$(tty); ls -m /proc/self/fd');
    expect(out).toBe('65534\r\n65534\r\n65534 600\r\nx\r\n0, 1, 2, 3\r\n');
  },
);
