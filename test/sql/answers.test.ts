/** Who waits on a channel of its own is told how its command ended, in place of a question. */
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answersChannel, type CommandRow } from '../../sql/contract.ts';
import type { Owned } from '../../sql/host.ts';
import { type GatheringFixture, gatheringFixture, printed } from './gathering.ts';

let g: GatheringFixture;
beforeAll(async () => {
  g = await gatheringFixture();
});
afterAll(() => g.fixture.drop());

test('who waits on a channel of its own hears how its command ended, if that is short enough', async () => {
  const channel = answersChannel('5ec2e7'.padEnd(32, '0'));
  const heard: CommandRow[] = [];
  const listener = new pg.Client(g.fixture.url);
  await listener.connect();
  try {
    listener.on('notification', ({ payload }) => heard.push(JSON.parse(payload ?? '')));
    await listener.query(`listen "${channel}"`);
    const all = await g.adopted(3);
    const rows = await Promise.all(all.map((owned) => g.submit(owned, { command: 'true', answer_to: channel })));
    const attempts = await Promise.all(all.map(g.claim));
    const texts = ['hi', 'x'.repeat(7_000), ''];
    const ends = (of: number[]) =>
      Promise.all(
        of.map((at) => g.finish(all[at] as Owned, attempts[at] ?? '', texts[at] ? [printed(texts[at] ?? '')] : [])),
      );
    await ends([0, 1]);
    await ends([2]);
    await listener.query('select 1');
    const read = await Promise.all([0, 2].map((at) => g.fixture.edge.readCommand(g.fixture.admin, rows[at]?.id ?? '')));
    expect(heard).toEqual(read);
    expect(
      await g.fixture.query('select answer_to from limpet.commands where id = any ($1::uuid[])', [
        rows.map(({ id }) => id),
      ]),
    ).toEqual(rows.map(() => ({ answer_to: null })));
  } finally {
    await listener.end();
  }
});

test('nobody has another channel notified', async () => {
  const all = await g.adopted(3);
  const channels = ['jobs:insert', answersChannel('x'.repeat(100)), ''];
  const rows = await Promise.all(all.map((owned, at) => g.submit(owned, { command: 'true', answer_to: channels[at] })));
  rows.push(await g.submit(all[0] as Owned, { command: 'true', answer_to: channels[0] }));
  expect(
    await g.fixture.query('select answer_to from limpet.commands where id = any ($1::uuid[])', [
      rows.map(({ id }) => id),
    ]),
  ).toEqual(rows.map(() => ({ answer_to: null })));
});
