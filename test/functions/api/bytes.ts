/** Output: every byte through /output, head and tail in the JSON. On a real host. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Command } from '../../../sql/contract.ts';
import { call, openSession, run } from './client.ts';
import type { Api } from './fixture.ts';

const MiB = 1024 * 1024;
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

export function bytes(api: () => Api): void {
  const read = (id: string, query = '') => call(api(), 'GET', `/v1/commands/${id}/output${query}`);

  test('10 MB of noise arrive byte for byte, at once and in pieces', async () => {
    const { id } = await openSession(api());
    const command = await run(api(), id, 'head -c 10000000 /dev/urandom | tee noise; sha256sum <noise >&2; rm noise');
    expect(command).toMatchObject({ stdout_bytes: 10_000_000, dropped_bytes: 0, truncated: true });
    const whole = await read(command.id);
    expect(sha256(whole.bytes)).toBe(command.stderr.slice(0, 64));
    expect(whole.headers.get('content-type')).toBe('application/octet-stream');
    expect(whole.headers.get('content-length')).toBe('10000000');
    expect(whole.headers.get('limpet-complete')).toBe('true');
    const pieces: Uint8Array[] = [];
    for (let offset = 0, complete = 'false'; complete !== 'true'; ) {
      const piece = await read(command.id, `?offset=${offset}&limit=3333333`);
      pieces.push(piece.bytes);
      offset = Number(piece.headers.get('limpet-next-offset'));
      complete = piece.headers.get('limpet-complete') ?? '';
    }
    expect(pieces.map((piece) => piece.length)).toEqual([3333333, 3333333, 3333333, 1]);
    expect(sha256(Buffer.concat(pieces))).toBe(command.stderr.slice(0, 64));
    const end = await read(command.id, '?offset=-100');
    expect(end.bytes).toEqual(whole.bytes.slice(-100));
    expect((await read(command.id, '?stream=stderr')).bytes.length).toBe(command.stderr_bytes);
  });

  test('output can be read while the command runs, and a read waits for more', async () => {
    const { id } = await openSession(api());
    const { body } = await call<Command>(api(), 'POST', `/v1/sessions/${id}/commands`, {
      text: 'echo a; sleep 1; echo b',
      headers: { Prefer: 'wait=0' },
    });
    const first = await read(body.id, '?wait=20');
    expect([text(first.bytes), first.headers.get('limpet-complete'), first.headers.get('limpet-next-offset')]).toEqual([
      'a\n',
      'false',
      '2',
    ]);
    const second = await read(body.id, '?offset=2&wait=20');
    expect(text(second.bytes)).toBe('b\n');
    const last = await read(body.id, '?offset=4&wait=20');
    expect([last.bytes.length, last.headers.get('limpet-complete')]).toEqual([0, 'true']);
  });

  test('a long output shows its head and its tail in JSON, and says what is between', async () => {
    const { id } = await openSession(api());
    const command = await run(api(), id, 'seq 50000');
    expect(command.truncated).toBe(true);
    expect(command.stdout.startsWith('1\n2\n')).toBe(true);
    expect(command.stdout.endsWith('49999\n50000\n')).toBe(true);
    const hidden = command.stdout_bytes - 2 * 32 * 1024;
    expect(command.stdout).toContain(
      `\n[… ${hidden} bytes not shown; GET /v1/commands/${command.id}/output?stream=stdout …]\n`,
    );
  });

  test('an output of 64 KiB is shown whole', async () => {
    const { id } = await openSession(api());
    const command = await run(api(), id, "head -c 65536 /dev/zero | tr '\\0' x");
    expect([command.truncated, command.stdout.length]).toEqual([false, 65536]);
    expect((await run(api(), id, "head -c 65537 /dev/zero | tr '\\0' x")).truncated).toBe(true);
  });

  test('a character that is written in two halves is one, and bytes that are none are U+FFFD', async () => {
    const { id } = await openSession(api());
    const command = await run(api(), id, "printf '\\xe2\\x89'; sleep 0.1; printf '\\xa4 \\xff|'");
    expect(command.stdout).toBe('≤ \ufffd|');
    expect([...(await read(command.id)).bytes]).toEqual([0xe2, 0x89, 0xa4, 0x20, 0xff, 0x7c]);
  });

  test('empty lines and a missing newline at the end stay as they are', async () => {
    const { id } = await openSession(api());
    expect((await run(api(), id, "printf '\\n\\nx\\n\\n\\n'")).stdout).toBe('\n\nx\n\n\n');
    expect((await run(api(), id, 'printf x')).stdout).toBe('x');
  });

  test('?strip=ansi leaves escape sequences out; the stored bytes keep them', async () => {
    const { id } = await openSession(api());
    const command = await run(api(), id, "printf '\\033[31mred\\033[0m \\033]0;title\\007<script>'");
    expect(command.stdout).toContain('\u001b[31m');
    const stripped = await call<Command>(api(), 'GET', `/v1/commands/${command.id}?strip=ansi`);
    expect(stripped.body.stdout).toBe('red <script>');
    const listed = await call<{ items: Command[] }>(api(), 'GET', `/v1/sessions/${id}/commands?strip=ansi`);
    expect(listed.body.items[0]?.stdout).toBe('red <script>');
  });

  test('beyond max_output head and tail are kept, and the hole between them is told', async () => {
    const { id } = await openSession(api());
    const max = 3 * MiB;
    const command = await run(api(), id, 'head -c 6291456 /dev/zero | tr "\\0" x; printf END', { max_output: max });
    const total = 6 * MiB + 3;
    expect(command).toMatchObject({ stdout_bytes: total, dropped_bytes: total - max, truncated: true, exit_code: 0 });
    expect(command.stdout.endsWith('xEND')).toBe(true);
    const head = await read(command.id);
    const [start, end] = (head.headers.get('limpet-hole') ?? '').split('-').map(Number) as [number, number];
    expect([head.bytes.length, end - start]).toEqual([start, total - max]);
    expect(head.headers.get('limpet-next-offset')).toBe(String(end));
    expect(head.headers.get('limpet-complete')).toBe('false');
    const inside = await read(command.id, `?offset=${start + 1}`);
    expect([inside.bytes.length, inside.headers.get('limpet-hole'), inside.headers.get('limpet-next-offset')]).toEqual([
      0,
      `${start}-${end}`,
      String(end),
    ]);
    const tail = await read(command.id, `?offset=${end}`);
    // What was dropped is nowhere: no answer of such a stream says that it is whole.
    expect([tail.headers.get('limpet-complete'), tail.headers.get('limpet-next-offset')]).toEqual([
      'false',
      String(total),
    ]);
    const last = await read(command.id, '?offset=-3');
    expect([text(last.bytes), last.headers.get('limpet-hole'), last.headers.get('limpet-complete')]).toEqual([
      'END',
      `${start}-${end}`,
      'false',
    ]);
    expect(head.bytes.length + tail.bytes.length).toBe(max);
    expect(text(tail.bytes).endsWith('xEND')).toBe(true);
  });
}
