/** Random bytes through output and input, and a request that is cut at every byte: nothing is lost, changed or done by halves. */
import { once } from 'node:events';
import net from 'node:net';
import { describe, expect, test } from 'vitest';
import type { Command, Page } from '../../sql/contract.ts';
import { type Answer, call } from '../functions/api/client.ts';
import { fc, runs } from '../support/fuzz.ts';
import { Shell } from './shell.ts';
import { useStack } from './stack.ts';

const stack = useStack();
const longMs = runs(120_000);
/** Short ones, and some that are longer than a pipe holds. */
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.uint8Array({ minLength: 1, maxLength: 64 }), fc.integer({ min: 1, max: 4000 }))
    .map(([piece, times]) => Buffer.concat(Array<Uint8Array>(times).fill(piece))),
);
const stream = fc.constantFrom('stdout' as const, 'stderr' as const);
const writes = fc.array(fc.record({ stream, bytes }), { minLength: 1, maxLength: 6 });
type Writes = { stream: 'stdout' | 'stderr'; bytes: Uint8Array }[];

/** Writes them in this order, by a program each. */
function script(pieces: Writes): string {
  const to = { stdout: '', stderr: ' >&2' };
  const line = (piece: Writes[number]) =>
    `base64 -d${to[piece.stream]} <<<'${Buffer.from(piece.bytes).toString('base64')}'`;
  return pieces.map(line).join('\n');
}
function written(pieces: Writes, stream: 'stdout' | 'stderr'): Buffer {
  return Buffer.concat(pieces.filter((piece) => piece.stream === stream).map((piece) => piece.bytes));
}
const number = (answer: Answer, header: string) => Number(answer.headers.get(header));

describe('random bytes', { timeout: longMs }, () => {
  test('that are written are read, byte for byte, and in JSON as UTF-8', async () => {
    const shell = await Shell.open(stack().api);
    const property = fc.asyncProperty(writes, async (pieces) => {
      const command = await shell.start(script(pieces));
      const ended = await command.ended();
      for (const stream of ['stdout', 'stderr'] as const) {
        const expected = written(pieces, stream);
        const { bytes, headers } = await command.output(`?stream=${stream}`);
        expect([ended[`${stream}_bytes`], headers.get('limpet-complete')]).toEqual([expected.length, 'true']);
        expect(Buffer.from(bytes).equals(expected)).toBe(true);
        if (!ended.truncated)
          expect(ended[stream]).toBe(new TextDecoder('utf-8', { ignoreBOM: true }).decode(expected));
      }
    });
    await fc.assert(property, { numRuns: runs(40) });
  });

  test('beyond max_output have their beginning and their end, and the hole between is told to the byte', async () => {
    const shell = await Shell.open(stack().api);
    const property = fc.asyncProperty(bytes, fc.integer({ min: 0, max: 100_000 }), async (output, max_output) => {
      const command = await shell.start(script([{ stream: 'stdout', bytes: output }]), { max_output });
      const { stdout_bytes, dropped_bytes } = await command.ended();
      expect([stdout_bytes, dropped_bytes]).toEqual([output.length, Math.max(0, output.length - max_output)]);
      const head = await command.output();
      const [from = output.length, to = output.length] = (head.headers.get('limpet-hole')?.split('-') ?? []).map(
        Number,
      );
      const tail = await command.output(`?offset=${to}`);
      expect(to - from).toBe(dropped_bytes);
      expect(Buffer.from(head.bytes).equals(output.subarray(0, from))).toBe(true);
      expect(Buffer.from(tail.bytes).equals(output.subarray(to))).toBe(true);
    });
    await fc.assert(property, { numRuns: runs(40) });
  });

  test('that are read from any offset on, in pieces of any size, are the same', async () => {
    const shell = await Shell.open(stack().api);
    const slices = fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(bytes, slices, async (output, limits) => {
      const command = await shell.start(script([{ stream: 'stdout', bytes: output }]));
      await command.ended();
      const read: Uint8Array[] = [];
      for (let [offset, n] = [0, 0]; offset < output.length; n += 1) {
        const piece = await command.output(`?offset=${offset}&limit=${n < 50 ? limits[n % limits.length] : 1_000_000}`);
        read.push(piece.bytes);
        offset = number(piece, 'limpet-next-offset');
        expect(piece.headers.get('limpet-complete')).toBe(String(offset === output.length));
      }
      expect(Buffer.concat(read).equals(output)).toBe(true);
    });
    await fc.assert(property, { numRuns: runs(30) });
  });

  test('that are sent to a command, in pieces and some of them twice, are what it reads', async () => {
    const shell = await Shell.open(stack().api);
    const piece = fc.record({ bytes, back: fc.nat({ max: 400 }) });
    const property = fc.asyncProperty(fc.array(piece, { maxLength: 6 }), fc.boolean(), async (pieces, endsApart) => {
      const command = await shell.start('cat', { interactive: true });
      let sent = Buffer.alloc(0);
      for (const [index, { bytes, back }] of pieces.entries()) {
        // What was sent before may come once more, with what follows it.
        const offset = Math.max(0, sent.length - back);
        const body = Buffer.concat([sent.subarray(offset), bytes]);
        const isLast = index === pieces.length - 1 && !endsApart;
        expect((await command.send(body, `?offset=${offset}${isLast ? '&eof=true' : ''}`)).status).toBe(204);
        sent = Buffer.concat([sent, bytes]);
      }
      if (endsApart || pieces.length === 0) await command.send('', '?eof=true');
      expect(await command.ended()).toMatchObject({ state: 'exited', stdout_bytes: sent.length });
      expect(Buffer.from((await command.output()).bytes).equals(sent)).toBe(true);
    });
    await fc.assert(property, { numRuns: runs(25) });
  });
});

test('a request that is cut at any byte runs nothing; whole, it runs once', { timeout: longMs }, async () => {
  const shell = await Shell.open(stack().api);
  const body = '{"command":"echo ran >>file"}';
  const request =
    `POST /v1/sessions/${shell.id}/commands HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${stack().api.key}\r\n` +
    `Prefer: wait=20\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  for (let cut = 1; cut < request.length; cut += 1) await send(request.slice(0, cut), true);
  await send(request, false);
  const commands = await call<Page<Command>>(stack().api, 'GET', `/v1/sessions/${shell.id}/commands`);
  expect(commands.body.items.map(({ command }) => command)).toEqual(['echo ran >>file']);
  await shell.play([['cat file', { stdout: 'ran\n' }]]);
});

/** Sends this, and hangs up where `isCut`; resolves when the connection is closed. */
async function send(text: string, isCut: boolean): Promise<void> {
  const socket = net.connect(Number(new URL(stack().api.url).port), '127.0.0.1');
  socket.on('error', () => {});
  socket.resume();
  if (isCut) socket.end(text);
  else socket.write(text);
  await once(socket, 'close');
}
