/** Output: a command followed by Server-Sent Events, resumable at every one of them. */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Progress, Reader, told } from './reader.ts';
import { type Running, Shell } from './shell.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const open = () => Shell.open(stack().api);
const follow = (command: Running, lastId?: string) => Reader.follow(stack().api, command.id, lastId);
const interactive = { interactive: true };
/** Reads what is written to it, one line after the other: a command whose every step is ours to choose. */
const steered = 'while read -r line; do eval "$line"; done';
const MiB = 1024 * 1024;

/** Runs each line once all of the one before is told, so that each has its events. */
async function steer(command: Running, reader: Reader, lines: [line: string, stdout: string][]): Promise<void> {
  let stdout = '';
  reader.read();
  for (const [line, printed] of lines) {
    stdout += printed;
    await command.send(`${line}\n`);
    await until(() => reader.story().stdout === stdout);
  }
  await command.send('', '?eof=true');
}

describe('the events of a command', () => {
  test.concurrent('tell its states, its output, and its end last', async () => {
    const shell = await open();
    const command = await shell.start('echo out; echo err >&2; (exit 3)');
    const { events, ...story } = await (await follow(command)).whole();
    expect(story).toMatchObject({ stdout: 'out\n', stderr: 'err\n', holes: 0 });
    expect(events.at(-1)).toMatchObject({ event: 'state', data: { state: 'exited', exit_code: 3, stdout_bytes: 4 } });
    const states = events.filter(({ event }) => event === 'state').map(({ data }) => (data as Progress).state);
    expect(['queued running exited', 'running exited', 'exited']).toContain(states.join(' '));
  });

  test.concurrent('go on behind any of them, with exact offsets', async () => {
    const shell = await open();
    const command = await shell.start(steered, interactive);
    const reader = await follow(command);
    await steer(command, reader, [
      ['echo one', 'one\n'],
      ["printf 'zwei ≤ 2\\n'; echo e >&2", 'zwei ≤ 2\n'],
      ["printf '\\xf0\\x9f\\x98\\x80'", '😀'],
      ['seq 3', '1\n2\n3\n'],
    ]);
    const whole = await reader.whole();
    expect(whole.events.length).toBeGreaterThan(5);
    for (const [index, { id }] of whole.events.entries()) {
      const rest = await (await follow(command, id)).whole();
      const before = told(whole.events.slice(0, index + 1));
      expect([before.stdout + rest.stdout, before.stderr + rest.stderr], id).toEqual([whole.stdout, whole.stderr]);
      if (index < whole.events.length - 1) expect(rest.events.at(-1), id).toEqual(whole.events.at(-1));
    }
  });

  test.concurrent('after the last one are none: 204', async () => {
    const shell = await open();
    const command = await shell.start('echo x');
    const { events } = await (await follow(command)).whole();
    expect((await follow(command, events.at(-1)?.id)).status).toBe(204);
    expect((await follow(command, 'nonsense')).status).toBe(400);
  });

  test.concurrent('never split a character, however it was written', async () => {
    const shell = await open();
    const command = await shell.start(steered, interactive);
    const reader = await follow(command);
    const bytes = [...Buffer.from('≤😀é')].map((byte) => `\\x${byte.toString(16)}`);
    for (const [index, byte] of bytes.entries()) {
      await command.send(`printf '${byte}'\n`);
      await until(async () => (await command.now()).stdout_bytes === index + 1);
    }
    await command.send('', '?eof=true');
    const { stdout, events } = await reader.whole();
    expect(stdout).toBe('≤😀é');
    expect(events.filter(({ event }) => event === 'output').length).toBeGreaterThan(1);
  });

  test.concurrent('tell a hole where output was dropped, and what stands behind it', async () => {
    const shell = await open();
    const command = await shell.start('seq -w 1 100000', { max_output: 100_000 });
    const { events, stdout, holes } = await (await follow(command)).whole();
    expect(holes).toBe(600_000);
    expect([stdout.length, stdout.slice(0, 7), stdout.slice(-7)]).toEqual([100_000, '000001\n', '100000\n']);
    expect(events.filter(({ event }) => event === 'hole')).toMatchObject([
      { data: { stream: 'stdout', offset: 50_000, bytes: 600_000 } },
    ]);
  });

  test.concurrent('tell the end only when everything is stored', async () => {
    const shell = await open();
    const command = await shell.start('seq 200000');
    const { events } = await (await follow(command)).whole();
    const { headers, bytes } = await command.output();
    expect([headers.get('limpet-complete'), bytes.length]).toEqual(['true', 1_288_895]);
    expect(events.at(-1)).toMatchObject({ data: { state: 'exited', stdout_bytes: 1_288_895 } });
    expect((await command.now()).state).toBe('exited');
  });
});

describe('a reader', () => {
  test.concurrent('that takes nothing holds nobody up: not the command, not its session, not other readers', async () => {
    const shell = await open();
    const command = await shell.start(
      `until [ -e go ]; do sleep 0.01; done; head -c ${8 * MiB} /dev/zero | tr '\\0' x`,
    );
    const slow = await Promise.all([1, 2, 3].map(() => follow(command)));
    const quick = await follow(command);
    const gone = await follow(command);
    gone.leave();
    writeFileSync(`${stack().home(shell.id)}/go`, '');
    expect((await quick.whole()).stdout.length).toBe(8 * MiB);
    expect(await command.ended()).toMatchObject({ state: 'exited', stdout_bytes: 8 * MiB });
    await shell.play([['echo on', { stdout: 'on\n' }]]);
    for (const reader of slow) reader.leave();
  });

  test.concurrent('that went in the middle finds the rest when it comes again', async () => {
    const shell = await open();
    const command = await shell.start(steered, interactive);
    const first = await follow(command);
    first.read();
    await command.send('echo before\n');
    await until(() => first.story().stdout === 'before\n');
    first.leave();
    await command.send('echo after\n', '?eof=true');
    await command.ended();
    const { stdout, events } = await (await follow(command, first.story().events.at(-1)?.id)).whole();
    expect([stdout, events.at(-1)?.data]).toEqual(['after\n', expect.objectContaining({ state: 'exited' })]);
  });
});
