/** What is found out by who keeps the last checkpoint seen. */
import { describe, expect, test } from 'vitest';
import { signNote, textOfNote } from '../../audit/note.ts';
import { logBundle, sessionBundle } from './bundles.ts';
import { event, example, keys, lastNote } from './example.ts';
import { verified } from './verifying.ts';

describe('who has seen a checkpoint before finds out', () => {
  test('that the record was rolled back to an older one', () => {
    const { record, chain } = example();
    const seen = lastNote(record);
    record.snapshots.pop();
    chain.events.splice(9);
    for (const bundle of [logBundle(record), sessionBundle(record, chain)]) {
      expect(verified(bundle, keys(record)).verdict, 'without it nothing shows').not.toBe('broken');
      const report = verified(bundle, keys(record), seen);
      expect(report).toMatchObject({ completeness: 'broken', seen: 3 });
      expect(report.findings[0]?.message).toMatch('rolled back');
    }
  });

  test('that the record was rolled back, and has gone another way since', () => {
    const { record, chain } = example();
    const seen = lastNote(record);
    record.snapshots.pop();
    record.append(chain, 'command.finished', {});
    record.checkpoint();
    for (const bundle of [logBundle(record), sessionBundle(record, chain)]) {
      expect(verified(bundle, keys(record)).verdict, 'without it nothing shows').toBe('whole');
      expect(verified(bundle, keys(record), seen).integrity).toBe('broken');
    }
  });

  test('that an earlier event was altered before the next checkpoint was signed', () => {
    const { record, chain } = example();
    const seen = lastNote(record);
    event(chain, 3).payload = '{}';
    record.rehash(chain);
    record.checkpoint();
    expect(verified(sessionBundle(record, chain, 3), keys(record), seen).integrity).toBe('broken');
    // The proofs of the checkpoints before are left out: only the new state is shown.
    const hiding = sessionBundle(record, chain).filter((line) => {
      const { type, number } = line as { type: string; number: number };
      return type !== 'proof' || number === 4;
    });
    const report = verified([...hiding.slice(0, -1), { type: 'end', lines: hiding.length - 1 }], keys(record), seen);
    expect(report).toMatchObject({ verdict: 'unknown', completeness: 'unknown' });
    expect(report.findings[0]?.message).toMatch('does not show the session at checkpoint 3');
  });

  test('nothing, where the record only went on', () => {
    const { record, chain } = example();
    const seen = lastNote(record);
    record.checkpoint();
    expect(verified(logBundle(record), keys(record), seen).verdict).toBe('whole');
    expect(verified(sessionBundle(record, chain, 3), keys(record), seen).verdict).toBe('whole');
  });

  test('nothing of a session that came later: it is shown that it was not there', () => {
    const { record } = example();
    const seen = lastNote(record);
    const late = record.open(4);
    const between = record.open(0);
    record.checkpoint();
    for (const chain of [late, between])
      expect(verified(sessionBundle(record, chain, 3), keys(record), seen).verdict).toBe('whole');
  });

  test('that a session is said to have come later, and had not', () => {
    const { record, chain } = example();
    const seen = lastNote(record);
    const lines = sessionBundle(record, chain, 3).map((line) => {
      const { type, number } = line as { type: string; number: number };
      const absence = { type: 'absence', number, session_id: chain.sessionId, before: null, after: null };
      return type === 'proof' && number === 3 ? absence : line;
    });
    expect(verified(lines, keys(record), seen).integrity).toBe('broken');
  });

  test('that it was another log', () => {
    const [{ record }, other] = [example(), example().record];
    const seen = lastNote(other).replace(other.log, '00000000-0000-4000-8000-0000000000bb');
    const signed = signNote(textOfNote(seen), other.signer);
    expect(verified(logBundle(record), [...keys(record), ...keys(other)], signed).integrity).toBe('broken');
  });
});
