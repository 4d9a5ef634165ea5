/** A host and its companion die together, so that nobody sees what becomes of its shells; and nobody else may be there. */
import { expect, onTestFinished, test } from 'vitest';
import type { Host as HostRow, Page } from '../../sql/contract.ts';
import { call, expectProblem } from '../functions/api/client.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { shorten, useFleet } from '../support/fleet.ts';
import type { HostProcess } from '../support/host.ts';
import { alive, familyOf } from '../support/processes.ts';

const { fleet, caller } = useFleet();

const poll = { timeout: 30_000, interval: 50 };

/** Kills both: the host is stopped first, so that it cannot replace its companion. Returns what its shells are. */
async function killBoth(host: HostProcess): Promise<number[]> {
  const shells = familyOf(host.pid).filter((pid) => ![host.pid, host.companionPid].includes(pid));
  host.kill('SIGSTOP');
  process.kill(host.companionPid, 'SIGKILL');
  host.kill('SIGKILL');
  await host.ended;
  return shells;
}

/** A session with a variable, in which a command runs that leaves a process behind and another one waits. */
async function busySession() {
  const session = await caller.open();
  await caller.run(session, 'KEPT=yes');
  const running = await caller.submit(session, 'echo before; setsid sleep 3600 & sleep 3600');
  await caller.until(running.id, ({ stdout }) => stdout === 'before\n');
  return { session, running, waits: await caller.submit(session, 'echo "$KEPT"') };
}

test('another host of the machine ends what they left, and takes the sessions; what ran is lost, what waited runs', async () => {
  const first = await fleet.host();
  const { running, waits } = await busySession();
  const second = await fleet.host('second');
  const shells = await killBoth(first);
  expect(alive(shells).length, 'nobody is there to end them').toBeGreaterThan(1);
  const lost = await caller.ended(running.id);
  expect(lost).toMatchObject({ state: 'lost', exit_code: null, stdout: 'before\n' });
  expect(lost.problem).toMatch(/^Its host was lost while it ran: .* is not run again/);
  expect(await caller.ended(waits.id)).toMatchObject({ state: 'exited', stdout: 'yes\n', host: 'second' });
  await expect.poll(() => alive(shells), poll).toEqual([]);
  await second.remove();
}, 60_000);

test('started again in its directory, the host ends what they left and goes on once its old lease is over', async () => {
  const workDir = await temporaryDirectory(onTestFinished);
  const first = await fleet.host('again', { workDir });
  const { running, waits } = await busySession();
  const shells = await killBoth(first);
  const again = await fleet.host('again', { workDir });
  expect(await caller.ended(waits.id)).toMatchObject({ state: 'exited', stdout: 'yes\n', host: 'again' });
  expect(await caller.command(running.id)).toMatchObject({ state: 'lost', exit_code: null });
  expect(alive(shells)).toEqual([]);
  const cleared = again.logged.find(({ event }) => event === 'start_cleared');
  expect(cleared).toMatchObject({ incarnation: first.incarnation, shells: 1, death_confirmed: true });
  await again.remove();
}, 60_000);

test('with no host left a reader learns the end of what ran; what waits goes on waiting, and ready says why', async () => {
  const host = await fleet.host();
  const { session, running, waits } = await busySession();
  const shells = await killBoth(host);
  expect(await caller.ended(running.id)).toMatchObject({ state: 'lost', exit_code: null });
  expect(await caller.command(waits.id)).toMatchObject({ state: 'queued' });
  expect(await caller.session(session)).toMatchObject({ state: 'detached', host: null, queued: 1 });
  const ready = await call(fleet.api, 'GET', '/ready', { key: null });
  expectProblem(ready, 503, 'no_host');
  expect(ready.body).toMatchObject({
    detail: expect.stringContaining('No host is live: commands are accepted and wait'),
  });
  const { body } = await call<Page<HostRow>>(fleet.api, 'GET', '/v1/hosts');
  expect(new Set(body.items.map(({ state }) => state))).toEqual(new Set(['dead']));

  const next = await fleet.host();
  expect(await caller.ended(waits.id)).toMatchObject({ state: 'exited', stdout: 'yes\n' });
  await expect.poll(() => alive(shells), poll).toEqual([]);
  await next.remove();
}, 60_000);

test('what no host takes within its limit expires, whether a host comes at last or a reader', async () => {
  const session = await caller.open();
  const [first, second] = [await caller.submit(session, 'true'), await caller.submit(session, 'true')];
  await shorten(fleet.query, { queued_ms_max: 1 });
  onTestFinished(() => shorten(fleet.query, { queued_ms_max: 86_400_000 }));
  const expired = await caller.ended(first.id);
  expect(expired).toMatchObject({ state: 'expired', exit_code: null, started_at: null });
  expect(expired.problem).toContain('limit.queued_ms_max');
  expect(await caller.ended(second.id)).toMatchObject({ state: 'expired' });
  expect(await caller.session(session)).toMatchObject({ queued: 0 });
}, 60_000);
