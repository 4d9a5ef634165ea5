/** A replay outlives the host it runs on. Each command leaves a mark in a file when it begins, so that what really ran is counted. */
import { randomUUID } from 'node:crypto';
import { chmod, readFile, rm, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { hasEnded, type Replay } from '../../sql/contract.ts';
import { type SqlFixture, sqlFixture } from '../sql/fixture.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { startHostProcess } from '../support/host.ts';

const poll = { timeout: 60_000, interval: 20 };
let fixture: SqlFixture;
beforeAll(async () => {
  fixture = await sqlFixture();
});
afterAll(() => fixture.drop());

async function host() {
  const started = await startHostProcess(fixture.url, randomUUID());
  onTestFinished(started.remove);
  return started;
}

/** A session of three commands, of which the second waits for a gate that is open this time, and closed from then on. */
async function recorded() {
  const directory = await temporaryDirectory(onTestFinished);
  const [file, gate] = [`${directory}/marks`, `${directory}/gate`];
  await Promise.all([file, gate].map((one) => writeFile(one, '')));
  await chmod(file, 0o666);
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, {});
  const wait = `until [ -e ${gate} ]; do sleep 0.05; done`;
  for (const [index, work] of ['A=1', `A=$((A + 1)); ${wait}`, 'echo "A is $A"'].entries()) {
    const command = `echo ${index + 1} >> ${file}; ${work}`;
    const { id } = await fixture.edge.submitCommand(fixture.admin, session, randomUUID(), { command });
    await expect.poll(async () => hasEnded((await fixture.edge.readCommand(fixture.admin, id)).state), poll).toBe(true);
  }
  await rm(gate);
  return { session, marks: async () => (await readFile(file, 'utf8')).match(/\d/g)?.toSorted().join('') };
}

/** A replay whose host was killed while the second command ran, and what became of it. */
async function brokenOff(options: { stop_on_difference?: boolean }) {
  const first = await host();
  const { session, marks } = await recorded();
  const start = () =>
    fixture.edge.replaySession(fixture.admin, session, { id: randomUUID(), session_id: randomUUID() }, options);
  const { id } = await start();
  const read = () => fixture.edge.readReplay(fixture.admin, id);
  const ended = async () => {
    await expect.poll(async () => (await read()).state, poll).not.toBe('running');
    return read();
  };
  await expect.poll(async () => (await read()).items[1]?.replay?.state, poll).toBe('running');
  await expect.poll(marks, poll).toBe('11223');
  first.kill('SIGKILL');
  await host();
  return { id, marks, start, ended };
}

const results = ({ items }: Replay) => items.map((item) => [item.replay?.state, item.same]);

test('killed in the middle of it, the host is followed by another: one item is lost and says so, the rest goes on', async () => {
  const { marks, start, ended, id } = await brokenOff({});
  const done = await ended();
  // The lost command's `A` was never recorded: what follows starts from the state before it, and is honestly different.
  expect([done.state, ...results(done)]).toEqual(['done', ['exited', true], ['lost', null], ['exited', false]]);
  expect((await start()).id).toBe(id);
  expect(await marks(), 'each ran once here and once there').toBe('112233');
}, 180_000);

test('one that stops at differences stops there and says why; asked again it goes on behind what was lost', async () => {
  const { id, marks, start, ended } = await brokenOff({ stop_on_difference: true });
  expect(await ended()).toMatchObject({ state: 'stopped', reason: 'Command 2 was lost.' });
  expect(await marks()).toBe('11223');
  expect(await start()).toMatchObject({ id, state: 'running' });
  const stopped = await ended();
  expect(results(stopped)).toEqual([
    ['exited', true],
    ['lost', null],
    ['exited', false],
  ]);
  expect(stopped).toMatchObject({ state: 'stopped', reason: 'Command 3 gave another result.' });
  expect(await marks(), 'each ran once here and once there').toBe('112233');
}, 180_000);
