/** A recording's rows: their times, and that pages go on where the one before ended. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordingEvents } from '../../functions/recordingEvents.ts';
import type { Owned } from '../../sql/host.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(1000);
});
afterAll(() => fixture.drop());

/** A command that wrote these pieces to stdout, one a second. */
async function command(owned: Owned, pieces: string[], isOver = true) {
  const { id } = await fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), {
    command: `# ${pieces}`,
  });
  const attempt = randomUUID();
  await fixture.host.claimCommand(owned, attempt);
  let offset = 0;
  for (const piece of pieces) {
    await fixture.host.appendOutput(incarnation, [{ attempt, stream: 1, offset, skip: 0, bytes: Buffer.from(piece) }]);
    offset += piece.length;
  }
  if (isOver) await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: offset }, null, null, []);
  return id;
}

const base = Date.UTC(2026, 0, 1) * 1000;
/** Sets the clock of what is recorded: each command begins at a full minute, and a piece follows every second. */
const setClock = async (session: string) => {
  const at = `timestamptz 'epoch' + ${base} * interval '1 microsecond'`;
  await fixture.query(
    `update limpet.commands set started_at = ${at} + seq * interval '1 minute',
       finished_at = case when finished_at is not null then ${at} + seq * interval '1 minute' + interval '30 seconds' end
     where session_id = $1`,
    [session],
  );
  await fixture.query(
    `update limpet.output o set stored_at = c.started_at + interval '1 second' * (o.position / 3 + 1)
     from limpet.commands c where c.id = o.command_id and c.session_id = $1`,
    [session],
  );
};

const read = (session: string, seq: number, position: number, bytes?: number) =>
  fixture.query(
    'select seq, kind, at_us, position, data from limpet_edge.read_recording($1, $2, $3, $4, coalesce($5, 1048576))',
    [fixture.admin, session, seq, position, bytes ?? null],
  );

test('every part is at its own time', async () => {
  const owned = await fixture.adopted(incarnation);
  await command(owned, ['one', 'two']);
  await command(owned, ['six'], false);
  await setClock(owned.session);
  const head = await fixture.edge.readRecordingHead(fixture.admin, owned.session);
  expect(head).toMatchObject({ start_us: base + 60_000_000, cols: 120, rows: 40, resizes: [] });
  const told = [];
  const reads = {
    rows: (seq: number, position: number) => fixture.edge.readRecording(fixture.admin, owned.session, seq, position),
    late: async () => [],
  };
  for await (const { atUs, code, data } of recordingEvents(head, reads)) {
    if (code === 'o') told.push([(atUs - base) / 1_000_000, data.includes('#') ? '#' : data]);
  }
  expect(told).toEqual([
    [60, '#'],
    [61, 'one'],
    [62, 'two'],
    [120, expect.stringContaining('#')],
    [121, 'six'],
  ]);
});

test('pages of any size hold the same rows once each', async () => {
  const owned = await fixture.adopted(incarnation);
  await command(owned, ['one', 'two', 'six']);
  await command(owned, []);
  await command(owned, ['ten', 'end'], false);
  const whole = await read(owned.session, 1, -1);
  expect(whole.map((row) => row.kind).join(' ')).toBe(
    'command output output output end command end command output output',
  );
  const paged = [];
  for (let [seq, position] = [1, -1]; ; ) {
    const page = await read(owned.session, seq, position, 1);
    paged.push(...page);
    const last = page.at(-1);
    if (last === undefined) break;
    [seq, position] =
      last.kind === 'end' ? [Number(last.seq) + 1, -1] : [Number(last.seq), Number(last.position ?? -1) + 1];
  }
  expect(paged).toEqual(whole);
});
