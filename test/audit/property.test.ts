/** Random records, tampered with at random; fast-check prints the seed of a run that fails. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logBundle, sessionBundle } from './bundles.ts';
import { keys, lastNote } from './example.ts';
import { type Chain, Record } from './record.ts';
import { verified } from './verifying.ts';

/** A number is an event in the session of that number; `checkpoint` signs. */
const steps = fc.array(
  fc.oneof({ weight: 4, arbitrary: fc.nat(4) }, { weight: 1, arbitrary: fc.constant('checkpoint') }),
  {
    minLength: 1,
    maxLength: 40,
  },
);

/** A record with at least one checkpoint, which covers at least one event. */
function recordOf(history: (number | string)[]): Record {
  const record = new Record();
  const chains = new Map<number, Chain>();
  for (const step of [0, ...history]) {
    if (typeof step === 'string') record.checkpoint();
    else if (chains.has(step)) record.append(chains.get(step) as Chain, 'command.submitted', { step });
    else chains.set(step, record.open(step));
  }
  if (record.snapshots.length === 0) record.checkpoint();
  return record;
}

const changes = ['payload', 'kind', 'actor', 'time', 'delete', 'cut', 'insert', 'swap'] as const;
type Change = (typeof changes)[number];

/** Does one thing to an event, as whoever can write the table may. */
function tamper({ events }: Chain, at: number, change: Change): void {
  const event = events[at];
  if (!event) return;
  const intruder = { ...event, actor: 'intruder' };
  if (change === 'payload') event.payload = `${event.payload} `;
  if (change === 'kind') event.kind += 'x';
  if (change === 'actor') event.actor = '';
  if (change === 'time') event.atUs -= 1;
  if (change === 'delete') events.splice(at, 1);
  if (change === 'cut') events.splice(at);
  if (change === 'insert') events.splice(at, 0, intruder);
  const next = events[at + 1];
  if (change === 'swap' && next) [events[at], events[at + 1]] = [next, event];
  else if (change === 'swap') events.splice(at, 1);
}

test('an untouched record is whole, to whoever comes for the first time and to whoever has seen any of its checkpoints', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (history, pick) => {
      const record = recordOf(history);
      const seen = record.snapshots[pick % record.snapshots.length];
      expect(verified(logBundle(record), keys(record), seen?.note).verdict).toBe('whole');
      const covered = new Set(record.snapshots.at(-1)?.heads.map(({ sessionId }) => sessionId));
      for (const chain of record.chains) {
        const report = verified(sessionBundle(record, chain, seen?.number), keys(record), seen?.note);
        expect(report.verdict).toBe(covered.has(chain.sessionId) ? 'whole' : 'unknown');
      }
    }),
    { numRuns: 60 },
  );
});

test('a record is broken once anything that a checkpoint covers was changed, hashed anew or not', () => {
  fc.assert(
    fc.property(
      steps,
      fc.nat(),
      fc.nat(),
      fc.constantFrom(...changes),
      fc.boolean(),
      (history, who, where, change, rehash) => {
        const record = recordOf(history);
        const heads = record.snapshots.at(-1)?.heads ?? [];
        const head = heads[who % heads.length];
        const chain = record.chains.find(({ sessionId }) => sessionId === head?.sessionId);
        if (!head || !chain) throw new Error('every record has a covered session');
        tamper(chain, where % head.seq, change);
        if (rehash) {
          for (const [at, event] of chain.events.entries()) event.seq = at + 1;
          record.rehash(chain);
        }
        expect(verified(logBundle(record), keys(record)).verdict).toBe('broken');
        expect(verified(sessionBundle(record, chain), keys(record)).verdict).toBe('broken');
      },
    ),
    { numRuns: 200 },
  );
});

test('a record is broken once a checkpoint that was seen is gone, or a session of it', () => {
  fc.assert(
    fc.property(steps, fc.nat(), (history, who) => {
      const record = recordOf(history);
      const seen = lastNote(record);
      const [dropped] = record.chains.splice(who % record.chains.length, 1);
      const wasCovered = record.snapshots.at(-1)?.heads.some(({ sessionId }) => sessionId === dropped?.sessionId);
      expect(verified(logBundle(record), keys(record), seen).verdict === 'whole').toBe(!wasCovered);
      record.snapshots.pop();
      expect(verified(logBundle(record), keys(record), seen).verdict).toBe('broken');
    }),
    { numRuns: 60 },
  );
});

test('a bundle with any character changed is never whole', () => {
  fc.assert(
    fc.property(steps, fc.nat(), fc.nat(), fc.boolean(), (history, where, character, ofSession) => {
      const record = recordOf(history);
      const lines = ofSession ? sessionBundle(record, record.chains[0] as Chain) : logBundle(record);
      // When it was exported is no part of what is proven.
      const text = lines.map((line) => JSON.stringify(line).replace(',"exported_at_us":1', '')).join('\n');
      const at = where % text.length;
      const other = String.fromCharCode(33 + (character % 90));
      if (text[at] === other) return;
      const changed = `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
      const given = changed
        .split('\n')
        .map((line, index) => (index === 0 ? line.replace(/}$/, ',"exported_at_us":1}') : line));
      expect(verified(given, keys(record)).verdict, changed).not.toBe('whole');
    }),
    { numRuns: 300 },
  );
});
