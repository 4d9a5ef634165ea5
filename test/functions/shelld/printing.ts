/** Output as shelld gives it: both streams as written, without empty lines and without a line break at the end. */
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Api } from '../api/fixture.ts';
import { locked } from './client.ts';

/** What shelld answers to each, byte for byte. */
export const printed: [command: string, output: string][] = [
  ['echo hello', 'hello'],
  ['true', ''],
  ["printf 'no_newline'", 'no_newline'],
  ["printf '\\n\\nx\\n\\n\\n'", 'x'],
  ["printf 'a\\n\\n\\nb'", 'a\nb'],
  ["printf 'a\\r\\nb\\r\\n'", 'a\r\nb\r'],
  ["printf '\\r\\n\\r\\r\\n'", '\r\n\r\r'],
  ["printf 'a\\rb'", 'a\rb'],
  ["printf ' \\n \\n'", ' \n '],
  ["printf 'a\\tb'", 'a\tb'],
  ["printf '\\377\\376'", '\xff\xfe'],
  ["printf '\\000'", '\0'],
  ["printf '\\033[31mred\\033[0m\\n'", '\u001b[31mred\u001b[0m'],
  ['echo out; echo err >&2; echo out again', 'out\nerr\nout again'],
  ['for i in 1 2 3; do echo $i; echo -$i >&2; done', '1\n-1\n2\n-2\n3\n-3'],
  ['echo $((2 + 2))', '4'],
];

export function printing(api: () => Api): void {
  test.each(printed)('%j', async (command, expected) => {
    const shelld = await locked(api());
    const { status, bytes, headers } = await shelld.execute(command);
    expect([status, bytes.toString('latin1')]).toEqual([200, expected]);
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect((await shelld.get('/output')).bytes).toEqual(bytes);
  });

  test.each([
    ['seq 20000', 'seq 20000'],
    ['8 MB with empty lines', 'i=0; while ((i++ < 200)); do printf "%40000s\\n\\n\\n" $i; done'],
  ])('what is long comes whole: %s', async (_what, command) => {
    const long = await locked(api());
    const { status, bytes } = await long.execute(command);
    expect(status).toBe(200);
    const expected = await long.output(`{ ${command}; } | sed '/^$/d' | head -c -1 | sha256sum | cut -d ' ' -f 1`);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(expected);
  });

  test('how it ended, which shelld does not tell, is in headers', async () => {
    const ended = await (await locked(api())).execute('(exit 7)');
    expect(ended.headers.get('limpet-exit-code')).toBe('7');
    expect(ended.headers.get('limpet-state')).toBe('exited');
    expect(ended.headers.get('limpet-command-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
}
