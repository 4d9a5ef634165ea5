/** Postgres goes away and comes back: what runs goes on, what was printed is kept, and nothing runs twice. */
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, test } from 'vitest';
import { shorten, shortLeases, useFleet } from '../support/fleet.ts';
import { alive, familyOf } from '../support/processes.ts';

// However busy the machine is, an outage here is longer than a lease and shorter than the deadline.
const { fleet, caller } = useFleet({ ...shortLeases, fence_after_ms: 45_000 });

const poll = { timeout: 30_000, interval: 50 };
/** A command that counts to `count` in its output and in a file, ten times a second. */
const counting = (count: number) =>
  `for i in $(seq ${count}); do echo "line $i"; echo "$i" >> "$HOME/count"; sleep 0.1; done`;
const seq = (count: number) => Array.from({ length: count }, (_, index) => `${index + 1}\n`).join('');
const lines = (count: number) => Array.from({ length: count }, (_, index) => `line ${index + 1}\n`).join('');
const counted = async (workDir: string, session: string) =>
  Number((await readFile(`${workDir}/sessions/${session}/count`, 'utf8').catch(() => '')).trim().split('\n').at(-1));

test('an outage longer than a lease costs nothing: what ran ends in its shell, what waited runs after it', async () => {
  const host = await fleet.host();
  const [long, short, other] = [await caller.open(), await caller.open(), await caller.open()];
  await Promise.all([long, short].map((session) => caller.run(session, 'KEPT=$$')));
  const counts = await caller.submit(long, counting(50));
  const waits = await caller.submit(long, 'echo "$KEPT $$"');
  const ends = await caller.submit(short, 'sleep 1; echo ended; touch "$HOME/ended"');
  const after = await caller.submit(short, 'echo "$KEPT $$"');
  await caller.until(counts.id, ({ stdout_bytes }) => stdout_bytes > 0);
  await caller.until(ends.id, ({ state }) => state === 'running');

  await fleet.postgres.crash();
  const sent = caller.submit(other, 'echo late');
  await expect.poll(() => counted(host.workDir, long), poll).toBeGreaterThan(35);
  await fleet.postgres.start();

  expect(await caller.ended(counts.id)).toMatchObject({ state: 'exited', exit_code: 0, stdout: lines(50) });
  expect(await caller.ended(ends.id)).toMatchObject({ state: 'exited', stdout: 'ended\n' });
  for (const { id } of [waits, after]) expect((await caller.ended(id)).stdout).toMatch(/^(\d+) \1\n$/);
  expect(await caller.ended((await sent).id)).toMatchObject({ state: 'exited', stdout: 'late\n' });
  expect(await caller.session(long)).toMatchObject({ generation: 1 });
  expect(alive([host.pid, host.companionPid])).toHaveLength(2);
}, 60_000);

test('connections dropped again and again while commands run: each runs once, and its output is whole', async () => {
  const host = await fleet.host();
  const sessions = await Promise.all([1, 2, 3, 4].map(() => caller.open()));
  const rounds = 12;
  let left = sessions.length;
  const work = sessions.map(async (session) => {
    for (let round = 1; round <= rounds; round += 1) {
      const { state, stdout } = await caller.run(session, `n=$((n + 1)); echo "$n"; sleep 0.05; seq 200`);
      expect([state, stdout]).toEqual(['exited', `${round}\n${seq(200)}`]);
    }
    left -= 1;
  });
  const drop = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  // However slow the machine, there is an end to it.
  const dropsMax = 60;
  let [dropped, drops] = [0, 0];
  const dropping = expect
    .poll(
      async () => {
        drops += 1;
        if (drops <= dropsMax) dropped += (await fleet.query(drop, []).catch(() => [])).length;
        return left;
      },
      { timeout: 80_000, interval: 200 },
    )
    .toBe(0);
  await Promise.all([...work, dropping]);
  expect(dropped).toBeGreaterThan(rounds);
  expect(alive([host.pid, host.companionPid])).toHaveLength(2);
}, 90_000);

test('statements that are given up because of a lock are repeated, and nothing is done twice', async () => {
  await fleet.host();
  const session = await caller.open();
  await caller.run(session, 'n=0');
  const locker = new pg.Client(fleet.postgres.url);
  await locker.connect();
  const running = await caller.submit(session, 'n=$((n + 1)); sleep 0.3; seq 5000; echo "$n"');
  await caller.until(running.id, ({ state }) => state === 'running');
  await locker.query('begin; lock table limpet.sessions, limpet.commands, limpet.hosts in access exclusive mode');
  // What a full statement timeout does, without its wait: every waiting statement ends with query_canceled.
  const cancel = `select pg_cancel_backend(pid) from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  let cancelled = 0;
  await expect
    .poll(async () => {
      cancelled += (await fleet.query(cancel, [])).length;
      return cancelled;
    }, poll)
    .toBeGreaterThan(10);
  await locker.query('commit');
  await locker.end();
  expect(await caller.ended(running.id)).toMatchObject({
    state: 'exited',
    exit_code: 0,
    stdout_bytes: seq(5000).length + 2,
  });
  expect(await caller.run(session, 'echo "$n"')).toMatchObject({ stdout: '1\n', generation: 1 });
}, 60_000);

test('a Postgres that keeps its connections and answers nothing is an outage as well', async () => {
  const host = await fleet.host();
  const session = await caller.open();
  await caller.run(session, 'KEPT=$$');
  const counts = await caller.submit(session, counting(60));
  await caller.until(counts.id, ({ stdout_bytes }) => stdout_bytes > 0);
  fleet.postgres.freeze();
  await expect
    .poll(() => host.logged.filter(({ event }) => event === 'heartbeat_failed').length, poll)
    .toBeGreaterThan(0);
  fleet.postgres.thaw();
  expect(await caller.ended(counts.id)).toMatchObject({ state: 'exited', stdout: lines(60) });
  expect((await caller.run(session, 'echo "$KEPT $$"')).stdout).toMatch(/^(\d+) \1\n$/);
}, 60_000);

test('killed during an outage, a host is reported dead once Postgres is back, by its companion alone', async () => {
  const host = await fleet.host();
  const session = await caller.open();
  const running = await caller.submit(session, 'echo before; sleep 3600');
  await caller.until(running.id, ({ stdout }) => stdout === 'before\n');
  const family = familyOf(host.pid).filter((pid) => ![host.pid, host.companionPid].includes(pid));
  await fleet.postgres.crash();
  host.kill('SIGKILL');
  await expect.poll(() => alive(family), poll).toEqual([]);
  await fleet.postgres.start();
  expect(await caller.ended(running.id)).toMatchObject({ state: 'lost', exit_code: null, stdout: 'before\n' });
  expect(await caller.session(session)).toMatchObject({ state: 'detached', host: null });
}, 60_000);

test('told to stop during an outage, a host waits a while to hand over, and then leaves the rest to its companion', async () => {
  const host = await fleet.host(undefined, { env: { LIMPET_DRAIN_MS: '500' } });
  const session = await caller.open();
  const running = await caller.submit(session, 'echo before; sleep 3600');
  await caller.until(running.id, ({ stdout }) => stdout === 'before\n');
  const family = familyOf(host.pid).filter((pid) => ![host.pid, host.companionPid].includes(pid));
  await fleet.postgres.crash();
  host.kill('SIGTERM');
  await host.ended;
  expect(alive(family)).toEqual([]);
  expect(alive([host.companionPid])).toEqual([host.companionPid]);
  await fleet.postgres.start();
  expect((await caller.ended(running.id)).state).toMatch(/^(lost|killed)$/);
  expect(await caller.session(session)).toMatchObject({ state: 'detached', host: null });
  await expect.poll(() => alive([host.companionPid]), poll).toEqual([]);
}, 60_000);

test('an outage beyond the deadline ends the shells and the host; what ran is lost, and the next host goes on with the state', async () => {
  await shorten(fleet.query, shortLeases);
  const host = await fleet.host();
  const session = await caller.open();
  await caller.run(session, 'KEPT=yes');
  const running = await caller.submit(session, 'echo before; sleep 3600');
  await caller.until(running.id, ({ stdout }) => stdout === 'before\n');
  const family = familyOf(host.pid).filter((pid) => ![host.pid, host.companionPid].includes(pid));
  const waits = await caller.submit(session, 'echo "$KEPT"');
  await fleet.postgres.crash();
  expect(await host.ended, 'a host that was given up does not end well').toBe(1);
  expect(alive(family)).toEqual([]);
  await fleet.postgres.start();
  expect(await caller.ended(running.id)).toMatchObject({ state: 'lost', exit_code: null, stdout: 'before\n' });
  expect(await caller.command(waits.id)).toMatchObject({ state: 'queued' });
  await fleet.host();
  expect(await caller.ended(waits.id)).toMatchObject({ state: 'exited', stdout: 'yes\n' });
}, 60_000);
