import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseCheckpoint } from '../../audit/checkpoint.ts';
import { generateSigner } from '../../audit/keys.ts';
import { textOfNote } from '../../audit/note.ts';
import { signNext } from '../../worker/audit/sign.ts';
import { verified } from '../audit/verifying.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';
import { checkpoint, exported, runCommand, signer, verifiedNow } from './recording.ts';

let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

const never = { checkpointEvents: 1_000_000, checkpointMs: 3_600_000 };
const due = { checkpointEvents: 1, checkpointMs: 0 };

describe('a checkpoint', () => {
  test('proves a session and the whole log, and says what it does not cover yet', async () => {
    const owned = await fixture.adopted(await fixture.register());
    for (const command of ['a', 'b']) await runCommand(fixture, owned, command);
    await checkpoint(fixture);
    expect(await verifiedNow(fixture, owned.session)).toMatchObject({
      verdict: 'whole',
      events: 8,
      events_not_covered: 0,
    });
    await runCommand(fixture, owned);
    expect(await verifiedNow(fixture, owned.session)).toMatchObject({
      verdict: 'whole',
      events: 11,
      events_not_covered: 3,
    });
    const second = await checkpoint(fixture);
    expect(await verifiedNow(fixture, owned.session, second)).toMatchObject({
      verdict: 'whole',
      events_not_covered: 0,
    });
    expect(await verifiedNow(fixture, null, second)).toMatchObject({ verdict: 'whole', seen: second.number });
  });

  test('counts what there is, in one snapshot, while events are appended all the time', async () => {
    const incarnation = await fixture.register(100);
    const sessions = await Promise.all(Array.from({ length: 8 }, () => fixture.adopted(incarnation)));
    let isOver = false;
    const busy = sessions.map(async (owned) => {
      while (!isOver) await runCommand(fixture, owned);
    });
    try {
      // Between two of them nothing may have been committed.
      for (let signed = 0; signed < 10; ) if (await signNext(fixture.host, randomUUID(), signer, due)) signed += 1;
    } finally {
      isOver = true;
      await Promise.all(busy);
    }
    await signNext(fixture.host, randomUUID(), signer, due);
    // The roots and both counts of all of them are computed again.
    expect(await verifiedNow(fixture, null)).toMatchObject({ verdict: 'whole', events_not_covered: 0 });
    for (const { session } of sessions) expect((await verifiedNow(fixture, session)).verdict).toBe('whole');
  });

  test('is taken only when it is due', async () => {
    const host = randomUUID();
    await fixture.adopted(await fixture.register());
    expect(await signNext(fixture.host, host, signer, never)).toBeUndefined();
    expect(await signNext(fixture.host, host, signer, { ...never, checkpointEvents: 2 })).toBeDefined();
    await fixture.adopted(await fixture.register());
    expect(await signNext(fixture.host, host, signer, { ...never, checkpointMs: 0 })).toBeDefined();
    expect(await signNext(fixture.host, host, signer, due), 'nothing has happened since').toBeUndefined();
  });

  test('is signed by one of several hosts that try at the same time', async () => {
    const keys = ['one', 'two', 'three'].map((name) => generateSigner(name));
    for (let round = 0; round < 5; round += 1) {
      await fixture.adopted(await fixture.register());
      const tries = keys.map((key) => signNext(fixture.host, randomUUID(), key, due));
      const signed = (await Promise.all(tries)).filter((each) => each !== undefined);
      expect(signed).toHaveLength(1);
    }
    const verifiers = [signer.verifier, ...keys.map(({ verifier }) => verifier)];
    expect(verified(await exported(fixture, null), verifiers)).toMatchObject({ verdict: 'whole' });
  });

  test('is signed by another host where the first died on it, and then no more by the first', async () => {
    const [dead, next] = [randomUUID(), randomUUID()];
    await fixture.adopted(await fixture.register());
    const taken = await fixture.host.beginCheckpoint(dead, 1, 0);
    expect(await signNext(fixture.host, next, signer, due), 'its time is not over').toBeUndefined();
    await fixture.query('update limpet.checkpoints set taken_until = clock_timestamp() where note is null', []);
    await fixture.adopted(await fixture.register());
    const signed = await checkpoint(fixture, signer, next);
    expect(signed.number).toBe(taken?.number);
    const late = { root: Buffer.alloc(32), tile_firsts: [], tiles: Buffer.alloc(0), note: 'late', signed_by: 'x' };
    expect(await fixture.host.signCheckpoint(dead, signed.number, late)).toBe(false);
  });

  test('follows the one before it', async () => {
    await fixture.adopted(await fixture.register());
    const one = parseCheckpoint(textOfNote((await checkpoint(fixture)).note));
    await fixture.adopted(await fixture.register());
    const two = parseCheckpoint(textOfNote((await checkpoint(fixture)).note));
    expect(two.number).toBe(one.number + 1);
    expect(two.heads).toBeGreaterThan(one.heads);
    expect(two.log).toBe(one.log);
  });
});
