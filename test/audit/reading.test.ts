/** Bundles that cannot be read, or not by this version. */
import { describe, expect, test } from 'vitest';
import { signNote, textOfNote } from '../../audit/note.ts';
import { sessionBundle } from './bundles.ts';
import { example, keys } from './example.ts';
import type { Record } from './record.ts';
import { verified } from './verifying.ts';

describe('a bundle that cannot be read to its end', () => {
  const { record, chain } = example();
  const lines = sessionBundle(record, chain).map((line) => JSON.stringify(line));

  test.for([
    ['lacks its last line', lines.slice(0, -1)],
    ['lacks its last event', lines.toSpliced(-2, 1)],
    ['is empty', []],
    ['breaks off in a line', [...lines.slice(0, 8), lines[8]?.slice(0, 40) ?? '']],
  ] as [string, string[]][])('is not complete: it %s', ([, given]) => {
    expect(verified(given, keys(record)).completeness).toBe('broken');
  });

  test.for([
    ['no JSON', 'x'],
    ['an event without a hash', lines.at(-2)?.replace(/"hash":"[0-9a-f]*"/, '"hash":""') ?? ''],
    ['no object', '[]'],
    ['null', 'null'],
  ] as const)('is broken at a line that is %s', ([, line]) => {
    expect(verified(lines.toSpliced(-2, 1, line), keys(record)).integrity).toBe('broken');
  });

  test.for([
    [
      'a line of an unknown type',
      lines.toSpliced(-1, 0, '{"type":"later"}').toSpliced(-1, 1, JSON.stringify({ type: 'end', lines: lines.length })),
    ],
    ['a bundle of an unknown version', lines.map((line) => line.replace('limpet/bundle/v1', 'limpet/bundle/v2'))],
    ['an event of an unknown version', lines.map((line) => line.replace('"v":1', '"v":2'))],
    ['a checkpoint of an unknown version', sessionBundle(newerCheckpoint(), chain).map((line) => JSON.stringify(line))],
  ] as [string, string[]][])('cannot be told: it has %s, and the walk goes on', ([, given]) => {
    const report = verified(given, keys(record));
    expect(report).toMatchObject({ verdict: 'unknown', integrity: 'unknown', events: 11, events_covered: 9 });
  });

  function newerCheckpoint(): Record {
    const [last] = record.snapshots.slice(-1);
    const note = signNote(textOfNote(last?.note ?? '').replace('/v1', '/v2'), record.signer);
    return Object.assign(Object.create(record), {
      snapshots: [...record.snapshots, { number: 4, note, heads: last?.heads }],
    });
  }
});
