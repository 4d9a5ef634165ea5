/** Output: what a command wrote is what is read, all of it, its own alone, and in bounded memory. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { grownMax, watchMemory } from './memory.ts';
import { Shell, type Step } from './shell.ts';
import { useStack } from './stack.ts';

const stack = useStack();
const open = (options = {}) => Shell.open(stack().api, options);
const MiB = 1024 * 1024;
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const longMs = 60_000;

describe('is kept as it was written:', () => {
  const exact: [what: string, ...steps: Step[]][] = [
    ['empty lines', [`printf '\\n\\nx\\n\\n\\n'`, { stdout: '\n\nx\n\n\n' }]],
    ['a missing newline at the end', ['printf x', { stdout: 'x' }]],
    ['nothing', [':', { stdout: '', stdout_bytes: 0, last_output_at: null }]],
    ['9,000 characters', ["head -c 9000 /dev/zero | tr '\\0' x", { stdout: 'x'.repeat(9000), truncated: false }]],
    ['stdout and stderr, apart', ['echo out; echo err >&2', { stdout: 'out\n', stderr: 'err\n' }]],
    ['a character in two halves', [`printf '\\xe2'; sleep 0.1; printf '\\x89\\xa4'`, { stdout: '≤' }]],
    ['bytes that are no characters', [`printf 'a\\xff\\x00b'`, { stdout: 'a\ufffd\0b', stdout_bytes: 4 }]],
  ];
  test.concurrent.each(exact)('%s', async (_what, ...steps) => {
    await (await open()).play(steps);
  });

  test.concurrent('both streams in the order written, in a session that merges them', async () => {
    const shell = await open({ merge_output: true });
    const stdout = 'o1\ne1\no2\ne2\no3\ne3\n';
    await shell.play([['for i in 1 2 3; do echo o$i; echo e$i >&2; done', { stdout, stderr: '' }]]);
  });
});

describe('that is long', () => {
  const long: [what: string, script: string, bytes: number][] = [
    ['1,000,003 characters', "head -c 1000003 /dev/zero | tr '\\0' x", 1_000_003],
    ['5 MiB of yes', 'yes | head -c 5242880', 5_242_880],
    ['5,000 lines', 'seq 5000', 23_893],
    ['50,000 lines', 'seq 50000', 288_894],
  ];
  test.concurrent.each(long)(
    '%s: whole in /output, head and tail in JSON, the cut stated',
    async (_what, script, n) => {
      const shell = await open();
      const command = await shell.start(`${script} | tee file`);
      const { stdout, stdout_bytes, truncated, dropped_bytes } = await command.ended();
      const written = readFileSync(`${stack().home(shell.id)}/file`);
      expect([stdout_bytes, written.length, dropped_bytes, truncated]).toEqual([n, n, 0, n > 65_536]);
      expect(sha256((await command.output()).bytes)).toBe(sha256(written));
      expect(stdout.slice(0, 1000)).toBe(written.toString('utf8', 0, 1000));
      expect(stdout.slice(-1000)).toBe(written.toString('utf8', n - 1000));
      if (truncated)
        expect(stdout).toContain(`[… ${n - 65_536} bytes not shown; GET /v1/commands/${command.id}/output`);
    },
  );

  test('100 MB: the same bytes, in bounded memory', { timeout: longMs }, async () => {
    const shell = await open();
    const memory = watchMemory(stack().hostPid);
    const cipher = 'openssl enc -aes-128-ctr -K 00 -iv 00 2>/dev/null';
    const command = await shell.start(`head -c 100000000 /dev/zero | ${cipher} | tee >(sha256sum >sum)`);
    expect(await command.ended()).toMatchObject({ stdout_bytes: 100_000_000, dropped_bytes: 0 });
    expect(memory.grown()).toBeLessThanOrEqual(grownMax);
    const { stdout } = await shell.run('until [ -s sum ]; do sleep 0.01; done; cat sum');
    const { bytes, headers } = await command.output();
    expect([`${sha256(bytes)}  -\n`, headers.get('limpet-complete')]).toEqual([stdout, 'true']);
  });

  test('endless: a timeout ends it, head and tail are kept, the rest is counted, and memory is bounded', async () => {
    const shell = await open();
    const memory = watchMemory(stack().hostPid);
    const command = await shell.start('yes', { timeout: 3, max_output: 4 * MiB });
    const ended = await command.ended();
    expect(ended).toMatchObject({ state: 'timed_out', exit_code: 124, truncated: true });
    expect(memory.grown()).toBeLessThanOrEqual(grownMax);
    expect(ended.stdout_bytes).toBeGreaterThan(20 * MiB);
    expect(ended.stdout_bytes - ended.dropped_bytes).toBe(4 * MiB);
  });

  test.concurrent('than max_output: the first and the last bytes are there, and the hole is told', async () => {
    const shell = await open();
    const command = await shell.start('seq -w 1 100000', { max_output: 100_000 });
    const { stdout, ...ended } = await command.ended();
    expect(ended).toMatchObject({ exit_code: 0, stdout_bytes: 700_000, dropped_bytes: 600_000, truncated: true });
    expect([stdout.slice(0, 14), stdout.slice(-14)]).toEqual(['000001\n000002\n', '099999\n100000\n']);
    const head = await command.output();
    expect([head.bytes.length, head.headers.get('limpet-hole')]).toEqual([50_000, '50000-650000']);
    const tail = await command.output('?offset=-50000');
    expect([tail.bytes.length, tail.headers.get('limpet-complete')]).toEqual([50_000, 'false']);
    expect(tail.headers.get('limpet-hole')).toBe('50000-650000');
    const { stdout: shown } = await command.now();
    expect(shown).toContain(`[… ${700_000 - 65_536} bytes not shown`);
  });
});

describe('of commands beside each other', () => {
  test.concurrent('of three sent at once: three whole results, in order', async () => {
    const shell = await open();
    const script = (n: number) => `for i in $(seq 300); do echo ${n}; done; trail="\${trail}${n}"`;
    const commands = await Promise.all([1, 2, 3].map((n) => shell.start(script(n))));
    const ended = await Promise.all(commands.map((command) => command.ended()));
    for (const [index, { stdout }] of ended.entries()) expect(stdout).toBe(`${index + 1}\n`.repeat(300));
    const order = [1, 2, 3].sort((a, b) => (ended[a - 1]?.seq ?? 0) - (ended[b - 1]?.seq ?? 0)).join('');
    await shell.play([['echo $trail', { stdout: `${order}\n` }]]);
  });

  test.concurrent('in two sessions: nothing crosses', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    const script = (word: string) => `v=${word}; for i in $(seq 2000); do echo ${word}; done`;
    const [a, b] = await Promise.all([one.run(script('a')), two.run(script('b'))]);
    expect([a.stdout, b.stdout]).toEqual(['a\n'.repeat(2000), 'b\n'.repeat(2000)]);
    await Promise.all([one.play([['echo $v', { stdout: 'a\n' }]]), two.play([['echo $v', { stdout: 'b\n' }]])]);
  });

  test.concurrent('what is written first can be read first', async () => {
    const shell = await open();
    const command = await shell.start('echo a; until [ -e go ]; do sleep 0.01; done; echo b');
    await command.printed('a\n');
    expect(await command.now()).toMatchObject({ state: 'running', stdout: 'a\n' });
    writeFileSync(`${stack().home(shell.id)}/go`, '');
    expect(await command.ended()).toMatchObject({ stdout: 'a\nb\n' });
  });
});
