import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { areHeld, openTestShell, until } from './support.ts';

test.each([
  [`printf '\\n\\nx\\n\\n\\n'`, '\n\nx\n\n\n'],
  ['printf x', 'x'],
  ['echo out; echo err >&2', 'out\n'],
  ['printf "\\xe2"; sleep 0.1; printf "\\x89\\xa4"', '≤'],
  [':', ''],
])('%s is kept exactly', async (text, out) => {
  const shell = await openTestShell();
  expect((await shell.exec(text)).out).toBe(out);
});

test.each([
  ['9,000 characters', "head -c 9000 /dev/zero | tr '\\0' x", 9000],
  ['1,000,003 characters', "head -c 1000003 /dev/zero | tr '\\0' x", 1_000_003],
  ['yes', 'yes | head -c 5242880', 5_242_880],
  ['50,000 lines', 'seq 50000', 288_894],
])('%s arrive whole', async (_, text, length) => {
  const shell = await openTestShell();
  expect((await shell.exec(text)).out.length).toBe(length);
});

const megabytes = areHeld() ? 10 : 100;

test(`${megabytes} MB arrive as they were written, and not in memory`, async () => {
  const shell = await openTestShell();
  const text = `head -c ${megabytes}000000 /dev/zero | openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null | tee >(sha256sum >sum) | cat`;
  const hash = createHash('sha256');
  const before = process.memoryUsage.rss();
  await shell.exec(text, { onOutput: (_, bytes) => void hash.update(bytes) });
  const grown = process.memoryUsage.rss() - before;
  const sum = await shell.exec('until [ -s sum ]; do sleep 0.01; done; cat sum');
  expect(sum.out).toBe(`${hash.digest('hex')}  -\n`);
  expect(grown).toBeLessThan(96 * 1024 * 1024);
});

test('a reader that does not keep up slows the program down, and loses nothing', async () => {
  const shell = await openTestShell();
  let length = 0;
  let busy = 0;
  let most = 0;
  await shell.exec('head -c 3000000 /dev/zero', {
    onOutput: async (_, bytes) => {
      most = Math.max(most, ++busy);
      length += bytes.length;
      await new Promise((resolve) => setTimeout(resolve, 1));
      busy--;
    },
  });
  expect(length).toBe(3_000_000);
  expect(most).toBe(1);
});

test('what is written first is there before the command ends', async () => {
  const shell = await openTestShell();
  const seen = Promise.withResolvers<string>();
  const ran = shell.exec('echo a; read x; echo b', {
    stdin: 'interactive',
    onOutput: (_, bytes) => seen.resolve(Buffer.from(bytes).toString()),
  });
  expect(await seen.promise).toBe('a\n');
  await shell.write(Buffer.from('\n'));
  await ran;
});

test('stdout and stderr are apart, or one in the order written', async () => {
  const text = 'for i in 1 2 3 4 5; do echo o$i; echo e$i >&2; done';
  const apart = await openTestShell();
  expect(await apart.exec(text)).toMatchObject({ out: 'o1\no2\no3\no4\no5\n', err: 'e1\ne2\ne3\ne4\ne5\n' });
  const merged = await openTestShell({ mergeOutput: true });
  expect((await merged.exec(text)).out).toBe('o1\ne1\no2\ne2\no3\ne3\no4\ne4\no5\ne5\n');
});

test('two shells do not cross', async () => {
  const [one, two] = await Promise.all([openTestShell(), openTestShell()]);
  const [first, second] = await Promise.all([one.exec('seq 20000; x=1'), two.exec('seq 20000 | tac; echo $x')]);
  expect(first.out.startsWith('1\n2\n')).toBe(true);
  expect(second.out.endsWith('2\n1\n\n')).toBe(true);
});

test('an error that the reader throws rejects the run, and the shell goes on', async () => {
  const shell = await openTestShell();
  const failing = () => Promise.reject(new Error('disk full'));
  await expect(shell.exec('echo x', { onOutput: failing })).rejects.toThrow('disk full');
  await expect(
    shell.exec('echo x', {
      onOutput: () => {
        throw new Error('at once');
      },
    }),
  ).rejects.toThrow('at once');
  expect((await shell.exec('echo on')).out).toBe('on\n');
});

describe('a background job of an earlier command', () => {
  test('holds no command back, and writes into none', async () => {
    const late: string[] = [];
    const onLateOutput = (id: string, _: string, bytes: Uint8Array) => void late.push(`${id} ${Buffer.from(bytes)}`);
    const shell = await openTestShell({ onLateOutput });
    const started = await shell.exec('(until [ -e go ]; do sleep 0.01; done; seq 52; touch gone) & echo started', {
      id: 'first',
    });
    expect(started.out).toBe('started\n');
    expect((await shell.exec('touch go; until [ -e gone ]; do sleep 0.01; done; echo second')).out).toBe('second\n');
    await until(() => late.join('').includes('\n52\n'));
    expect(late.every((entry) => entry.startsWith('first '))).toBe(true);
  });

  test('that floods does not keep its command from ending', async () => {
    let late = 0;
    const shell = await openTestShell({
      onLateOutput: (_, __, bytes) => {
        late += bytes.length;
      },
    });
    expect((await shell.exec('yes & echo $! >pid; sleep 0.05')).outcome).toBe('exited');
    await until(() => late > 5_000_000);
    expect(await shell.exec('kill $(<pid); echo on')).toMatchObject({ out: 'on\n' });
  });

  test('lets its streams go to later commands once it has ended', async () => {
    const shell = await openTestShell();
    const files = async () => Number((await shell.exec(`ls ${shell.directory} | wc -l`)).out);
    const play = async (rounds: number) => {
      for (let round = 0; round < rounds; round++) {
        await shell.exec('(until [ -e go ]; do sleep 0.01; done) &');
        await shell.exec('touch go; wait; rm go');
      }
    };
    await play(3);
    const before = await files();
    await play(20);
    // Each job held two, and what ends is noticed a command or two later.
    expect((await files()) - before).toBeLessThan(20);
  });
});

test('a program that reads its own stdout cannot make the command hang', async () => {
  const shell = await openTestShell();
  const ran = await shell.exec('echo kept; cat </dev/stdout >/dev/null & sleep 0.05; kill $!; echo end');
  expect(ran.outcome).toBe('exited');
});
