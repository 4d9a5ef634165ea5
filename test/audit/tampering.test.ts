/** What whoever can write the tables may do to a record, and what the verifier says of it. */
import { describe, expect, test } from 'vitest';
import { generateSigner } from '../../audit/keys.ts';
import { logBundle, sessionBundle } from './bundles.ts';
import { event, example, keys } from './example.ts';
import type { Chain, Record } from './record.ts';
import { verdictOf, verified } from './verifying.ts';

type Verdicts = ReturnType<typeof verdictOf>;
/** What is done, and what is said of the session's bundle and of the whole log's. */
const tamperings: [name: string, tamper: (chain: Chain, record: Record) => void, session: Verdicts, log: Verdicts][] = [
  ['nothing', () => {}, ['whole', 'whole', null], ['whole', 'whole', null]],
  [
    'a byte of a payload is changed',
    (chain) => {
      event(chain, 3).payload = '{"at":2}';
    },
    ['broken', 'whole', 3],
    ['broken', 'whole', 3],
  ],
  [
    'a kind is changed',
    (chain) => {
      event(chain, 3).kind = 'login';
    },
    ['broken', 'whole', 3],
    ['broken', 'whole', 3],
  ],
  [
    'a time is changed',
    (chain) => {
      event(chain, 3).atUs += 1;
    },
    ['broken', 'whole', 3],
    ['broken', 'whole', 3],
  ],
  [
    'an actor is changed',
    (chain) => {
      event(chain, 3).actor = 'x';
    },
    ['broken', 'whole', 3],
    ['broken', 'whole', 3],
  ],
  ['the middle is deleted', (chain) => void chain.events.splice(2, 3), ['whole', 'broken', 3], ['whole', 'broken', 3]],
  [
    'the middle is deleted and the rest numbered and hashed anew',
    (chain, record) => {
      chain.events.splice(2, 3);
      for (const [at, each] of chain.events.entries()) each.seq = at + 1;
      record.rehash(chain);
    },
    ['broken', 'broken', 1],
    ['broken', 'broken', 1],
  ],
  ['the tail is cut', (chain) => void chain.events.splice(7), ['whole', 'broken', 8], ['whole', 'broken', 8]],
  [
    'an event is edited and everything after it hashed anew',
    (chain, record) => {
      event(chain, 3).payload = '{"at":"nothing happened"}';
      record.rehash(chain);
    },
    ['broken', 'whole', 1],
    ['broken', 'whole', 1],
  ],
  [
    'an event between two checkpoints is edited and everything after it hashed anew',
    (chain, record) => {
      event(chain, 7).actor = 'somebody else';
      record.rehash(chain);
    },
    ['broken', 'whole', 6],
    ['broken', 'whole', 6],
  ],
  [
    'an event is put in, and everything after it numbered and hashed anew',
    (chain, record) => {
      chain.events.splice(2, 0, { ...event(chain, 3) });
      for (const [at, each] of chain.events.entries()) each.seq = at + 1;
      record.rehash(chain);
    },
    ['broken', 'whole', 1],
    ['broken', 'whole', 1],
  ],
  [
    'two events are swapped',
    (chain) => {
      [event(chain, 3).seq, event(chain, 4).seq] = [4, 3];
      chain.events.sort((left, right) => left.seq - right.seq);
    },
    ['broken', 'whole', 3],
    ['broken', 'whole', 3],
  ],
  [
    'two events are swapped and everything after them hashed anew',
    (chain, record) => {
      [event(chain, 3).payload, event(chain, 4).payload] = [event(chain, 4).payload, event(chain, 3).payload];
      record.rehash(chain);
    },
    ['broken', 'whole', 1],
    ['broken', 'whole', 1],
  ],
  [
    "the session's creation is changed",
    (chain) => {
      chain.createdAtUs += 1;
    },
    ['broken', 'whole', 1],
    ['broken', 'whole', 1],
  ],
  [
    'a payload is gone that no event says was purged',
    (chain) => void Object.assign(event(chain, 3), { payload: null, salt: null }),
    ['whole', 'broken', 3],
    ['whole', 'broken', 3],
  ],
];

describe('whoever can write the tables is found out:', () => {
  test.for(tamperings)('%s', ([, tamper, session, log]) => {
    const { record, chain } = example();
    tamper(chain, record);
    expect(verdictOf(verified(sessionBundle(record, chain), keys(record))), 'session').toEqual(session);
    expect(verdictOf(verified(logBundle(record), keys(record))), 'log').toEqual(log);
  });

  test('a session is dropped', () => {
    const { record, chain } = example();
    record.chains.splice(record.chains.indexOf(chain), 1);
    const report = verified(logBundle(record), keys(record));
    expect(report).toMatchObject({ integrity: 'whole', completeness: 'broken' });
    expect(report.findings[0]?.message).toMatch('covers 2 sessions, and 1 of them are here');
  });

  test('a session is dropped and another put in its place', () => {
    const { record, chain } = example();
    record.chains.splice(record.chains.indexOf(chain), 1);
    const other = record.open(2);
    for (let at = 0; at < 10; at += 1) record.append(other, 'command.submitted', { at });
    expect(verified(logBundle(record), keys(record)).verdict).toBe('broken');
    expect(verified(sessionBundle(record, other), keys(record)).verdict).toBe('broken');
  });

  test('the heads that the checkpoints covered are changed as well', () => {
    const { record, chain } = example();
    event(chain, 3).payload = '{}';
    record.rehash(chain);
    for (const { heads } of record.snapshots) {
      const at = heads.findIndex(({ sessionId }) => sessionId === chain.sessionId);
      const { seq = 0 } = heads[at] ?? {};
      heads[at] = { sessionId: chain.sessionId, seq, hash: event(chain, seq).hash };
    }
    for (const bundle of [logBundle(record), sessionBundle(record, chain)]) {
      const report = verified(bundle, keys(record));
      expect(report).toMatchObject({ integrity: 'broken', completeness: 'whole' });
      expect(report.findings[0]?.message).toMatch('root that checkpoint 1 signed');
    }
  });

  test('a checkpoint is forged', () => {
    const { record, chain } = example();
    const [, second] = record.snapshots;
    if (second) second.note = second.note.replace('events 11', 'events 12');
    for (const bundle of [logBundle(record), sessionBundle(record, chain)])
      expect(verified(bundle, keys(record))).toMatchObject({ integrity: 'broken' });
  });

  test('a checkpoint is signed by another key, which cannot be told from another host', () => {
    const { record, chain } = example();
    record.checkpoint(generateSigner('somebody'));
    for (const bundle of [logBundle(record), sessionBundle(record, chain)])
      expect(verified(bundle, keys(record))).toMatchObject({ verdict: 'unknown', integrity: 'unknown' });
  });

  test('a checkpoint in the middle is dropped', () => {
    const { record, chain } = example();
    record.snapshots.splice(1, 1);
    for (const bundle of [logBundle(record), sessionBundle(record, chain)])
      expect(verified(bundle, keys(record)).completeness).toBe('broken');
  });

  test('the first checkpoints are dropped', () => {
    const { record } = example();
    record.snapshots.splice(0, 1);
    expect(verified(logBundle(record), keys(record)).completeness).toBe('broken');
  });
});
