/** A host that is told to stop: what runs may finish, nothing new starts, and every session goes to another with its state. */
import { expect, onTestFinished, test } from 'vitest';
import { Load } from '../chaos/load.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { useFleet } from '../support/fleet.ts';
import { random } from '../support/fuzz.ts';
import { alive, familyOf } from '../support/processes.ts';

const { fleet, caller } = useFleet();

test('told to stop with a full queue, it ends what runs and starts nothing more; the queue runs elsewhere, in order', async () => {
  const host = await fleet.host('first');
  const session = await caller.open();
  await caller.run(session, 'n=0');
  const running = await caller.submit(session, 'echo started; sleep 1; n=$((n + 1)); echo "$n"');
  const queued = await Promise.all([1, 2, 3].map(() => caller.submit(session, 'n=$((n + 1)); echo "$n"')));
  await caller.until(running.id, ({ stdout }) => stdout === 'started\n');
  host.kill('SIGTERM');
  expect(await host.ended).toBe(0);
  expect(await caller.command(running.id)).toMatchObject({ state: 'exited', stdout: 'started\n1\n', host: 'first' });
  for (const { id } of queued) expect(await caller.command(id)).toMatchObject({ state: 'queued' });
  expect(await caller.session(session)).toMatchObject({ state: 'detached', host: null, queued: 3 });
  await fleet.host('second');
  const inOrder = queued.sort((a, b) => a.seq - b.seq);
  for (const [index, { id }] of inOrder.entries()) {
    expect(await caller.ended(id)).toMatchObject({ state: 'exited', stdout: `${index + 2}\n`, host: 'second' });
  }
}, 60_000);

test('what does not finish in time is ended with its whole tree, and said to be killed', async () => {
  const host = await fleet.host(undefined, { env: { LIMPET_DRAIN_MS: '300' } });
  const session = await caller.open();
  await caller.run(session, 'KEPT=yes');
  const running = await caller.submit(session, 'echo started; setsid sleep 3600 & sleep 3600; echo after');
  await caller.until(running.id, ({ stdout }) => stdout === 'started\n');
  const family = familyOf(host.pid);
  host.kill('SIGTERM');
  expect(await host.ended).toBe(0);
  expect(alive(family)).toEqual([]);
  expect(await caller.command(running.id)).toMatchObject({ state: 'killed', stdout: 'started\n' });
  await fleet.host();
  expect(await caller.run(session, 'echo "$KEPT"')).toMatchObject({ state: 'exited', stdout: 'yes\n' });
}, 60_000);

test('background jobs that end with a shell are said to be gone, once', async () => {
  const host = await fleet.host();
  const session = await caller.open();
  await caller.run(session, 'sleep 3600 & sleep 3600 & true');
  expect((await caller.session(session)).problems).toEqual([]);
  host.kill('SIGTERM');
  await host.ended;
  await fleet.host();
  await caller.run(session, 'true');
  expect((await caller.session(session)).problems).toEqual([
    "2 background jobs are gone with the end of the shell before this one: processes are not part of a shell's state.",
  ]);
  await caller.run(session, 'sleep 0.01 & wait');
  await caller.run(session, 'exit 3');
  await caller.run(session, 'true');
  expect((await caller.session(session)).problems).toEqual([]);
}, 60_000);

test('three hosts are restarted one after the other under load: no command and no session is lost', async () => {
  const names = ['a', 'b', 'c'];
  const hosts = await Promise.all(names.map((name) => fleet.host(name)));
  const file = `${await temporaryDirectory(onTestFinished)}/marks`;
  const load = new Load(caller, { sessions: 9, commands: 200, file, work: 'sleep 0.1', random: random() });
  await load.open();
  const running = load.run();
  for (const [index, host] of hosts.entries()) {
    await expect.poll(() => load.submitted, { timeout: 30_000 }).toBeGreaterThan((index + 1) * 40);
    host.kill('SIGTERM');
    expect(await host.ended).toBe(0);
    await fleet.host(names[index]);
  }
  await running;
  const commands = load.submitted;
  expect(await load.figures(fleet.query)).toEqual({
    commands,
    exited: commands,
    lost: 0,
    other: 0,
    twice: 0,
    missing: 0,
    wrong: 0,
    stateless: 0,
  });
}, 120_000);
