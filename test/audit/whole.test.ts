/** Bundles in which nothing is broken. */
import { describe, expect, test } from 'vitest';
import { generateSigner } from '../../audit/keys.ts';
import { signNote } from '../../audit/note.ts';
import { rootsMax } from '../../audit/roots.ts';
import { tombstoneText } from '../../audit/tombstone.ts';
import { logBundle, sessionBundle } from './bundles.ts';
import { event, example, keys } from './example.ts';
import { headOf, Record } from './record.ts';
import { verdictOf, verified } from './verifying.ts';

describe('what is not broken', () => {
  test('says what checkpoints cover, and what not yet', () => {
    const { record, chain } = example();
    expect(verified(sessionBundle(record, chain), keys(record))).toMatchObject({
      verdict: 'whole',
      events: 11,
      events_covered: 9,
      events_not_covered: 2,
      checkpoints: { count: 3, first: 1, newest: 3 },
      signers: ['limpet.test/host'],
    });
    expect(verified(logBundle(record), keys(record))).toMatchObject({
      events: 14,
      events_covered: 12,
      sessions: 3,
      checkpoints: { recomputed: 3 },
    });
  });

  test('cannot be told without a checkpoint of a known key', () => {
    const { record, chain } = example();
    for (const bundle of [logBundle(record), sessionBundle(record, chain)])
      expect(verdictOf(verified(bundle, []))).toEqual(['unknown', 'unknown', null]);
  });

  test('may have several hosts that sign in turn', () => {
    const { record, chain } = example();
    const second = generateSigner('limpet.test/second');
    record.checkpoint(second);
    const both = [...keys(record), second.verifier];
    expect(verified(logBundle(record), both)).toMatchObject({ verdict: 'whole', checkpoints: { newest: 4 } });
    expect(verified(sessionBundle(record, chain), both).signers).toEqual(['limpet.test/host', 'limpet.test/second']);
  });

  test('may have payloads that an event says were purged', () => {
    const { record, chain } = example();
    for (const seq of [3, 4]) Object.assign(event(chain, seq), { payload: null, salt: null });
    record.append(chain, 'payload.purged', { from: 3, to: 4 });
    expect(verified(sessionBundle(record, chain), keys(record)).verdict).toBe('whole');
    Object.assign(event(chain, 5), { payload: null, salt: null });
    expect(verdictOf(verified(sessionBundle(record, chain), keys(record)))).toEqual(['whole', 'broken', 5]);
  });

  test('may begin with a tombstone, if a known key signed it', () => {
    const { record, chain } = example();
    const text = tombstoneText({
      log: record.log,
      ...headOf(chain),
      seq: 9,
      hash: event(chain, 9).hash,
      checkpoint: 2,
      timeUs: 1,
    });
    const withTombstone = (lines: object[], note: string) => {
      const kept = lines.filter((line) => {
        const { type, session_id, seq } = line as { type: string; session_id: string; seq: number };
        return type !== 'event' || session_id !== chain.sessionId || seq > 9;
      });
      const at = kept.findIndex((line) => {
        const { type, session_id } = line as { type: string; session_id: string };
        return type === 'session' && session_id === chain.sessionId;
      });
      kept.splice(at + 1, 0, { type: 'tombstone', session_id: chain.sessionId, note });
      return [...kept.slice(0, -1), { type: 'end', lines: kept.length - 1 }];
    };
    for (const lines of [logBundle(record), sessionBundle(record, chain)]) {
      expect(verified(withTombstone(lines, signNote(text, record.signer)), keys(record)).verdict).toBe('whole');
      const forged = signNote(text, record.signer).replace('events 9', 'events 8');
      expect(verified(withTombstone(lines, forged), keys(record)).integrity).toBe('broken');
      const foreign = signNote(text, generateSigner('x'));
      expect(verified(withTombstone(lines, foreign), keys(record)).integrity).toBe('unknown');
    }
  });

  test('may be a fork, whose creation names the event it was forked after', () => {
    const { record, chain } = example();
    const fork = record.open(5, headOf(chain));
    record.checkpoint();
    expect(verified(sessionBundle(record, fork), keys(record)).verdict).toBe('whole');
    fork.parent = { ...headOf(chain), seq: 3 };
    expect(verdictOf(verified(sessionBundle(record, fork), keys(record)))).toEqual(['broken', 'whole', 1]);
  });

  test('may have more checkpoints than are computed again', () => {
    const record = new Record();
    const chain = record.open(1);
    for (let at = 0; at < rootsMax + 200; at += 1) {
      record.append(chain, 'command.submitted', {});
      record.checkpoint();
    }
    const report = verified(logBundle(record), keys(record));
    expect(report).toMatchObject({ verdict: 'whole', checkpoints: { count: rootsMax + 200 } });
    expect(report.checkpoints.recomputed).toBeLessThanOrEqual(rootsMax);
    expect(report.checkpoints.recomputed).toBeGreaterThan(rootsMax - 3);
  });
});
