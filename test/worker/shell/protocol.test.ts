import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createNonce, quote, StatusParser, triggerLines } from '../../../worker/shell/protocol.ts';
import { fc, runs } from '../../support/fuzz.ts';

const nonce = '4611686018427387905';
const ended = { kind: 'ended', exitCode: 130, ran: true };

describe('the status record is found', () => {
  test.each([
    ['alone', `${nonce}:130:ran:\n`, ended],
    ['after what a PROMPT_COMMAND printed', `noise\nmore${nonce}:130:ran:\n`, ended],
    ['before what follows at once', `${nonce}:130:ran:\n${nonce}:1:ran:\n`, ended],
    ['of a command that bash did not run', `${nonce}:1::\n`, { kind: 'ended', exitCode: 1, ran: false }],
    ['in the message of the last line', `bash: __limpet_z[${nonce}!=0]: parameter not set\n`, { kind: 'broken' }],
    ['after 100,000 bytes without a newline', `${'x'.repeat(100_000)}${nonce}:130:ran:\n`, ended],
  ])('%s, wherever the stream is cut', (_, text, expected) => {
    const bytes = Buffer.from(text);
    const step = Math.ceil(bytes.length / 200);
    for (let cut = 0; cut <= bytes.length; cut += step) {
      const parser = new StatusParser();
      const record = parser.push(bytes.subarray(0, cut), nonce) ?? parser.push(bytes.subarray(cut), nonce);
      expect(record).toEqual(expected);
    }
  });

  test('byte by byte', () => {
    const parser = new StatusParser();
    const bytes = Buffer.from(`a\nb${nonce}:0:ran:\n`);
    const records = [...bytes].map((byte) => parser.push(Uint8Array.of(byte), nonce)).filter(Boolean);
    expect(records).toEqual([{ kind: 'ended', exitCode: 0, ran: true }]);
  });
});

test('among any noise, and cut at every byte, the first record is found, and it is the one that was written', () => {
  const noise = fc.string({ unit: 'binary', maxLength: 60 }).filter((text) => !text.includes(nonce));
  // Parts of records, as a program might write them that guesses.
  const guess = fc.constantFrom(':0:ran:\n', '1234:0:ran:\n', `${nonce.slice(0, -1)}`, '\n', ':', '!=0');
  const around = fc.array(fc.oneof(noise, guess), { maxLength: 4 }).map((parts) => parts.join(''));
  const record = fc.tuple(fc.integer({ min: 0, max: 255 }), fc.boolean());
  const property = fc.property(around, record, around, (before, [exitCode, ran], after) => {
    // The record is at the end of a line, whatever stands before it; a number may not go on into it.
    const bytes = Buffer.from(`${before} ${nonce}:${exitCode}:${ran ? 'ran' : ''}:\n${after}`);
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const parser = new StatusParser();
      const found = parser.push(bytes.subarray(0, cut), nonce) ?? parser.push(bytes.subarray(cut), nonce);
      expect(found).toEqual({ kind: 'ended', exitCode, ran });
    }
  });
  fc.assert(property, { numRuns: runs(50) });
});

test.each([
  ['another nonce', '1234:0:ran:\n'],
  ['a trace of the protocol', `+ __limpet_end ${nonce}\n`],
  ['a record that goes on', `${nonce}:0:ran:x\n`],
  ['no newline yet', `${nonce}:0:ran:`],
])('what is not a record is passed over: %s', (_, text) => {
  expect(new StatusParser().push(Buffer.from(text), nonce)).toBeNull();
});

test('a nonce is a number that bash can compare, and never the same', () => {
  const nonces = Array.from({ length: 1000 }, createNonce);
  expect(new Set(nonces).size).toBe(1000);
  expect(nonces.every((value) => BigInt(value) < 2n ** 63n)).toBe(true);
});

test('a quoted value is literal in bash', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (value) => {
      fc.pre(!value.includes('\0'));
      expect(execFileSync('bash', ['-c', `printf %s ${quote(value)}`]).toString()).toBe(value);
    }),
    { numRuns: 50 },
  );
});

test('the trigger lines of a command are read by bash at once, before anything of it runs', () => {
  const streams = { stdout: '0123ab-100', stderr: '0123ab-101', stdin: '0123ab-102' };
  const id = '00000000-0000-0000-0000-000000000000';
  const command = { ...streams, id, file: 'command', wrapper: null, exitCode: 255, learnLastArgument: true };
  expect(triggerLines({ nonce, state: '0123ab-103', command }).length).toBeLessThanOrEqual(1024);
});
