import { expect, test } from 'vitest';
import { stripAnsi, viewCommand, withoutCutEnd, withoutCutStart } from '../../functions/view.ts';
import type { CommandRow } from '../../sql/contract.ts';
import { fc } from '../support/fuzz.ts';

const encode = (text: string) => new TextEncoder().encode(text);
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64').replace(/.{76}/g, '$&\n');

function row(head: Uint8Array, tail: Uint8Array, total: number, state: CommandRow['state'] = 'exited'): CommandRow {
  const rest = {
    id: 'ID',
    state,
    stderr_head: '',
    stderr_tail: '',
    stderr_bytes: 0,
    stdout_bytes: total,
    dropped_bytes: 0,
  };
  return { ...rest, stdout_head: base64(head), stdout_tail: base64(tail) } as unknown as CommandRow;
}

test('a text whose two ends are all of it is whole, wherever it is cut', () => {
  const bytes = encode('a≤é\u{1f41a}\ufeffz');
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    const view = viewCommand(row(bytes.subarray(0, cut), bytes.subarray(cut), bytes.length));
    expect([view.stdout, view.truncated]).toEqual(['a≤é\u{1f41a}\ufeffz', false]);
  }
});

test('a text with a middle that is not shown never breaks a character, and counts what is hidden', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 12 }), fc.nat(), fc.nat(), (text, a, b) => {
      const bytes = encode(text);
      const [from, to] = [a % bytes.length, b % bytes.length].sort((x, y) => x - y) as [number, number];
      if (to - from < 5) return;
      const view = viewCommand(row(bytes.subarray(0, from), bytes.subarray(to), bytes.length));
      const [, first, hidden, last] =
        /^(.*)\n\[… (\d+) bytes not shown; GET [^ ]+ …\]\n(.*)$/su.exec(view.stdout) ?? [];
      expect(text.startsWith(first ?? '?') && text.endsWith(last ?? '?')).toBe(true);
      expect(encode(first ?? '').length + Number(hidden) + encode(last ?? '').length).toBe(bytes.length);
    }),
  );
});

test('the cut says where all bytes are', () => {
  const { stdout, truncated } = viewCommand(row(encode('head'), encode('tail'), 100));
  expect(stdout).toBe('head\n[… 92 bytes not shown; GET /v1/commands/ID/output?stream=stdout …]\ntail');
  expect(truncated).toBe(true);
});

test.each([
  ['all of them', 92, {}, '92 bytes were dropped'],
  ['some of them', 80, {}, '92 bytes not shown, 80 of them dropped; GET /v1/commands/ID/output?stream=stdout'],
  [
    'perhaps of the other stream',
    80,
    { stderr_bytes: 200 },
    '92 bytes not shown, up to 80 of them dropped; GET /v1/commands/ID/output?stream=stdout',
  ],
  ['only these can be', 292, { stderr_bytes: 200 }, '92 bytes were dropped'],
])('bytes that were dropped, %s, are told from those that can be read', (_name, dropped_bytes, more, cut) => {
  const { stdout } = viewCommand({ ...row(encode('head'), encode('tail'), 100), dropped_bytes, ...more });
  expect(stdout).toBe(`head\n[… ${cut} …]\ntail`);
});

test('while it runs, a character that is not yet whole is held back; at the end it shows as U+FFFD', () => {
  const bytes = Uint8Array.of(0x61, 0xe2, 0x89);
  const none = new Uint8Array();
  expect(viewCommand(row(bytes, none, 3, 'running')).stdout).toBe('a');
  expect(viewCommand(row(bytes, none, 3)).stdout).toBe('a\ufffd');
});

test.each<[string, number[], number]>([
  ['nothing', [], 0],
  ['ASCII', [0x61], 1],
  ['a whole character', [0xe2, 0x89, 0xa4], 3],
  ['two of three bytes', [0x61, 0xe2, 0x89], 1],
  ['one of four bytes', [0x61, 0xf0], 1],
  ['three of four bytes', [0xf0, 0x9f, 0x90], 0],
  ['continuations of nothing', [0x80, 0x80, 0x80, 0x80], 4],
  ['a byte that begins nothing', [0x61, 0xff], 2],
])('before a cut, %s keeps %j to length %d', (_name, bytes, kept) => {
  expect(withoutCutEnd(Uint8Array.from(bytes)).length).toBe(kept);
});

test('after a cut, at most three bytes of a broken character go', () => {
  expect(withoutCutStart(Uint8Array.of(0x89, 0xa4, 0x61)).length).toBe(1);
  expect(withoutCutStart(new Uint8Array(10).fill(0x80)).length).toBe(7);
});

test.each([
  ['\u001b[1;31mred\u001b[0m', 'red'],
  ['\u001b[38:2::1:2:3mx', 'x'],
  ['\u001b]0;title\u0007x\u001b]8;;http://a\u001b\\link\u001b]8;;\u001b\\', 'xlink'],
  ['\u001b(Bx\u001b7\u001b=', 'x'],
  ['\u001bP+q\u001b\\x', 'x'],
  ['x\u001b[', 'x'],
  ['x\u001b[12;', 'x'],
  ['x\u001b]0;never ended', 'x'],
  ['no escapes ✓', 'no escapes ✓'],
])('%j without escape sequences is %j', (text, stripped) => {
  expect(stripAnsi(text)).toBe(stripped);
});

// With a million of them anything but linear time would go on for an hour.
test('hostile sequences are stripped in linear time', () => {
  const many = 1_000_000;
  for (const text of ['\u001b['.repeat(many), `\u001b[${';'.repeat(many)}`, '\u001b]'.repeat(many)]) {
    expect(stripAnsi(text)).toBe('');
  }
});
