/** What retention removes beside commands: sessions with their records, and what nobody will ask for again. */
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Owned } from '../../sql/host.ts';
import { retainSessions } from '../../worker/retention.ts';
import { verdictOf } from '../audit/verifying.ts';
import { silent } from '../support/log.ts';
import { age, closed, ran, removedCommands } from './aging.ts';
import { credentialOf, type SqlFixture, sqlFixture } from './fixture.ts';
import { checkpoint, signer, verifiedNow } from './recording.ts';

let fixture: SqlFixture;
let owned: Owned;
beforeEach(async () => {
  fixture = await sqlFixture();
  owned = await fixture.adopted(await fixture.register());
});
afterEach(() => fixture.drop());

const never = new AbortController().signal;
const retained = () => retainSessions(fixture.host, signer, silent, never);
const sessions = async () =>
  (await fixture.query('select id from limpet.sessions order by created_at', [])).map(({ id }) => id);
const whole = async () => expect(verdictOf(await verifiedNow(fixture, null))).toEqual(['whole', 'whole', null]);

describe('a session', () => {
  test('goes once it was closed longer ago than is kept and nothing is left in it; a signed tombstone stays', async () => {
    await ran(fixture, owned, 'a', 'output');
    await closed(fixture, owned);
    await checkpoint(fixture);
    expect(await retained()).toBe(true);
    expect(await sessions(), 'it is kept').toEqual([owned.session]);
    await age(fixture);
    await retained();
    expect(await sessions(), 'its command is still there').toEqual([owned.session]);
    await removedCommands(fixture);
    await checkpoint(fixture);
    await retained();
    expect(await sessions()).toEqual([]);
    await whole();
    await checkpoint(fixture);
    await whole();
    expect(verdictOf(await verifiedNow(fixture, null)), 'and it is no gap').toEqual(['whole', 'whole', null]);
  });

  test('stays while events of it are covered by no checkpoint, and goes after the next', async () => {
    await ran(fixture, owned);
    await closed(fixture, owned);
    await age(fixture);
    await checkpoint(fixture);
    await removedCommands(fixture);
    await retained();
    expect(await sessions(), 'that its command was removed is covered by none').toEqual([owned.session]);
    await checkpoint(fixture);
    await retained();
    expect(await sessions()).toEqual([]);
    await whole();
  });

  test('that is open stays, however long nobody has used it', async () => {
    await ran(fixture, owned);
    await fixture.host.detachSession(owned, 'idle');
    await fixture.query(`update limpet.sessions set created_at = created_at, last_active_at = 'epoch'`, []);
    await checkpoint(fixture);
    await age(fixture);
    await removedCommands(fixture);
    await retained();
    expect(await sessions()).toEqual([owned.session]);
  });

  test('from which another was forked or replayed goes after that one; a replay goes with its session', async () => {
    await ran(fixture, owned, 'a');
    const [fork, replayed] = [randomUUID(), randomUUID()];
    await fixture.edge.forkSession(fixture.admin, owned.session, fork, {});
    await fixture.edge.replaySession(fixture.admin, owned.session, { id: randomUUID(), session_id: replayed }, {});
    const all = [owned.session, fork, replayed];
    for (const session of all) await fixture.edge.closeSession(fixture.admin, session);
    await fixture.host.detachSession(owned, 'closed');
    for (const left of [[owned.session], []]) {
      await age(fixture);
      await removedCommands(fixture);
      await checkpoint(fixture);
      await retained();
      expect(await sessions()).toEqual(left);
    }
    expect(await fixture.query('select from limpet.replays', [])).toEqual([]);
    expect(await fixture.query('select from limpet.shell_states', [])).toEqual([]);
    await whole();
  });

  test('is not removed past what still refers to it, whoever asks', async () => {
    await ran(fixture, owned);
    expect(await fixture.host.removeSession(owned.session), 'it is open').toBe(false);
    await closed(fixture, owned);
    await age(fixture);
    expect(await fixture.host.removeSession(owned.session), 'it has a command').toBe(false);
    await removedCommands(fixture);
    expect(await fixture.host.removeSession(owned.session), 'its events are there').toBe(false);
    expect(await fixture.host.removeSession(randomUUID()), 'it was never there').toBe(false);
  });
});

describe('leftovers', () => {
  const jobs = async () =>
    (await fixture.query(`select task_identifier as task from graphile_worker.jobs order by 1`, [])).map(
      ({ task }) => task,
    );

  test('are jobs for hosts that are gone, and never those of a host that lives', async () => {
    const gone = await fixture.register();
    const before = await jobs();
    await fixture.host.confirmDeath(gone);
    expect(before).toContain(`run_command:${gone}`);
    expect(await fixture.host.removeLeftovers()).toMatchObject({ jobs: 1 });
    expect(await jobs()).toEqual(before.filter((task) => task !== `run_command:${gone}`));
    expect(await jobs()).toContain(`run_command:${owned.incarnation}`);
  });

  test('are hosts that died longer ago than is kept and to which nothing refers', async () => {
    const [idle, unseen] = [await fixture.register(), await fixture.register()];
    await ran(fixture, owned);
    for (const host of [idle, owned.incarnation]) await fixture.host.confirmDeath(host);
    await fixture.query(`update limpet.hosts set state = 'dead', died_at = clock_timestamp() where incarnation = $1`, [
      unseen,
    ]);
    await fixture.host.burySession(owned.session);
    expect(await fixture.host.removeLeftovers()).toMatchObject({ hosts: 0 });
    await age(fixture);
    expect(await fixture.host.removeLeftovers()).toMatchObject({ hosts: 1 });
    const left = await fixture.query('select incarnation from limpet.hosts', []);
    expect(left.map(({ incarnation }) => incarnation).sort()).toEqual([owned.incarnation, unseen].sort());
  });

  test('are log-ins that have expired', async () => {
    for (const expires of ['-1 minute', '1 minute']) {
      const sql = `insert into limpet.logins (hash, key_id, expires_at) select $1, id, clock_timestamp() + $2::interval from limpet.api_keys`;
      await fixture.query(sql, [credentialOf(expires), expires]);
    }
    expect(await fixture.host.removeLeftovers()).toMatchObject({ logins: 1 });
    expect(await fixture.query('select from limpet.logins', [])).toHaveLength(1);
  });
});
