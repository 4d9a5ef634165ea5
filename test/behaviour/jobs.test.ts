/** Output of background jobs: never in a later command's result, but in the session's record, and bounded. */
import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Command, limits, type Page } from '../../sql/contract.ts';
import { type Answer, call, expectProblem } from '../functions/api/client.ts';
import { type Running, Shell } from './shell.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const open = () => Shell.open(stack().api);
const untilThere = (file: string) => `until [ -e ${file} ]; do sleep 0.01; done`;
const make = (shell: Shell, file: string) => writeFileSync(`${stack().home(shell.id)}/${file}`, '');

interface Piece {
  position: number;
  command_id: string;
  seq: number;
  stream: 'stdout' | 'stderr';
  text: string;
  data: string;
}

function read(shell: Shell, query = ''): Promise<Answer<Page<Piece>>> {
  return call(stack().api, 'GET', `/v1/sessions/${shell.id}/late-output${query}`);
}

/** All that is there, page by page. */
async function pieces(shell: Shell, query = ''): Promise<Piece[]> {
  const items: Piece[] = [];
  for (let after: string | null = '0'; after !== null; ) {
    const { body }: Answer<Page<Piece>> = await read(shell, `?after=${after}${query}`);
    items.push(...body.items);
    after = body.next_cursor;
  }
  return items;
}

/** Resolves once so many bytes have come after the command's end. */
async function late(command: Running, bytes: number): Promise<Command> {
  await until(async () => (await command.now()).late_bytes >= bytes);
  return command.now();
}

describe('what a job writes after its command has ended', () => {
  test.concurrent("is in no later command's result, but in the session's record, with its command", async () => {
    const shell = await open();
    const first = await shell.start(`(${untilThere('go')}; seq 52; echo late >&2; touch gone) & echo started`);
    expect(await first.ended()).toMatchObject({ stdout: 'started\n' });
    await shell.play([
      ['touch go; until [ -e gone ]; do sleep 0.01; done; echo second', { stdout: 'second\n', stderr: '' }],
    ]);
    const seq = Array.from({ length: 52 }, (_, n) => `${n + 1}\n`).join('');
    await late(first, seq.length + 5);
    const found = await pieces(shell);
    const of = (stream: string) => found.filter((piece) => piece.stream === stream).map(({ text }) => text);
    expect([of('stdout').join(''), of('stderr').join('')]).toEqual([seq, 'late\n']);
    expect(new Set(found.map(({ command_id, seq }) => `${command_id} ${seq}`))).toEqual(new Set([`${first.id} 1`]));
    expect(await first.now()).toMatchObject({
      stdout: 'started\n',
      stderr: '',
      stdout_bytes: 8,
      late_dropped_bytes: 0,
    });
  });

  test.concurrent('is read on from any position, in pages', async () => {
    const shell = await open();
    const commands = [];
    for (const n of [1, 2, 3]) {
      const command = await shell.start(`(${untilThere(`go${n}`)}; echo from ${n}) &`);
      await command.ended();
      commands.push(command);
    }
    for (const [index, command] of commands.entries()) {
      make(shell, `go${index + 1}`);
      await late(command, 7);
    }
    const all = (await read(shell)).body;
    expect([all.items.map(({ text }) => text), all.next_cursor]).toEqual([['from 1\n', 'from 2\n', 'from 3\n'], null]);
    const page = (await read(shell, '?limit=2')).body;
    expect([page.items, page.next_cursor]).toEqual([all.items.slice(0, 2), String(all.items[1]?.position)]);
    const rest = (await read(shell, `?cursor=${page.next_cursor}`)).body;
    expect([rest.items, rest.next_cursor]).toEqual([all.items.slice(2), null]);
    expect((await read(shell, `?after=${all.items[2]?.position}`)).body.items).toEqual([]);
  });

  test.concurrent('is there byte for byte, and as text with whole characters', async () => {
    const shell = await open();
    const command = await shell.start(
      `(${untilThere('go')}; printf '\\xe2'; ${untilThere('two')}; printf '\\x89\\xa4\\xff\\0') &`,
    );
    await command.ended();
    make(shell, 'go');
    await late(command, 1);
    make(shell, 'two');
    await late(command, 5);
    const bytes = (await pieces(shell, '&encoding=base64')).map(({ data }) => Buffer.from(data, 'base64'));
    expect(Buffer.concat(bytes).toString('hex')).toBe('e289a4ff00');
    expect((await pieces(shell)).map(({ text }) => text).join('')).toBe('≤\ufffd\0');
  });

  test.concurrent('stays when the session is closed; of no session it is 404', async () => {
    const shell = await open();
    const command = await shell.start(`(${untilThere('go')}; echo kept) &`);
    await command.ended();
    make(shell, 'go');
    await late(command, 5);
    await shell.close();
    expect((await pieces(shell)).map(({ text }) => text)).toEqual(['kept\n']);
    expectProblem(await call(stack().api, 'GET', '/v1/sessions/nobody/late-output'), 404, 'not_found');
    expectProblem(await call(stack().api, 'GET', '/v1/sessions/nobody/late-output?after=-1'), 422, 'invalid');
  });
});

describe('a job that floods', () => {
  test.concurrent('does not keep its command from ending, nor later ones', async () => {
    const shell = await open();
    const script = 'yes & pid=$!; until [ $(wc -c </proc/$pid/io) -gt 0 ]; do :; done';
    await shell.play([
      [script, { exit_code: 0 }],
      ['kill $pid; echo on', { stdout: 'on\n' }],
    ]);
  });

  test('is kept up to the limit and counted beyond it, never blocked', async () => {
    const shell = await open();
    const command = await shell.start('yes 0123456 & pid=$!');
    await command.ended();
    const max = limits.lateOutputBytesMax;
    const atLimit = await late(command, max + 1);
    // It goes on writing, and is counted.
    const { late_bytes, late_dropped_bytes } = await late(command, atLimit.late_bytes + 1);
    expect(late_bytes - late_dropped_bytes).toBe(max);
    await shell.play([['kill $pid; wait $pid', { exit_code: 143 }]]);
    const bytes = (await pieces(shell, '&encoding=base64')).map(({ data }) => Buffer.from(data, 'base64'));
    expect(Buffer.concat(bytes).equals(Buffer.from('0123456\n'.repeat(max / 8)))).toBe(true);
  });
});
