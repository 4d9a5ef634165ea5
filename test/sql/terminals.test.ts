import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { limits, type ScreenContent } from '../../sql/contract.ts';
import type { Owned } from '../../sql/host.ts';
import { type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let host: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  host = await fixture.register(100);
});
afterAll(() => fixture.drop());

const showing = (text: string): ScreenContent => ({
  cols: 80,
  rows: 24,
  title: '',
  alternate: false,
  cursor: { row: 0, col: text.length, visible: true },
  simplified: false,
  lines: [{ runs: [{ col: 0, text }] }],
});

/** A session with a terminal, adopted by a host. */
async function adopted(by = host): Promise<Owned> {
  const session = randomUUID();
  await fixture.edge.createSession(fixture.admin, session, { tty: true });
  return adopt(session, by);
}

async function adopt(session: string, by = host): Promise<Owned> {
  const adoption = await fixture.host.adoptSession(by, session);
  if (adoption === null || 'refused' in adoption) throw new Error('the session was not adopted');
  return { incarnation: by, session, epoch: adoption.epoch };
}

const press = ({ session }: Owned, ...keys: string[]) => fixture.edge.typeKeys(fixture.admin, session, keys);
const take = async (owned: Owned, input = true) =>
  (await fixture.host.takeControls(owned, randomUUID(), input)).map(({ kind, data }) => [
    kind,
    Buffer.from(data ?? '', 'base64').toString(),
  ]);
const seen = async ({ session }: Owned) =>
  (await fixture.edge.readScreen(fixture.admin, session)).lines[0]?.runs[0]?.text;

test('keys and input are taken one piece at a time, in the order they came', async () => {
  const owned = await adopted();
  const id = randomUUID();
  await fixture.edge.submitCommand(fixture.admin, owned.session, id, { command: 'cat' });
  await fixture.host.claimCommand(owned, randomUUID());
  await press(owned, 'a');
  await fixture.edge.writeStdin(fixture.admin, id, Buffer.from('b'), undefined, false);
  await press(owned, 'c', 'Enter');
  expect(await take(owned, false)).toEqual([]);
  expect([await take(owned), await take(owned), await take(owned), await take(owned)]).toEqual([
    [['keys', '["a"]']],
    [['stdin', 'b']],
    [['keys', '["c", "Enter"]']],
    [],
  ]);
});

test('what a session is told besides is taken at once, whatever keys wait', async () => {
  const owned = await adopted();
  await press(owned, 'a');
  await press(owned, 'b');
  await fixture.edge.resizeTerminal(fixture.admin, owned.session, { cols: 100, rows: 30 });
  expect(await take(owned, false)).toEqual([['resize', '{"cols": 100, "rows": 30}']]);
  // The size that it has already is no news.
  await fixture.edge.resizeTerminal(fixture.admin, owned.session, { cols: 100, rows: 30 });
  expect(await take(owned)).toEqual([['keys', '["a"]']]);
});

test('keys have their limit, and nothing of a call beyond it is taken', async () => {
  const owned = await adopted();
  const most = 'x'.repeat(limits.keysWaitingBytesMax - '[""]'.length);
  await expect(press(owned, `${most}x`)).rejects.toMatchObject({ code: 'LP429', detail: 'keys_full' });
  await press(owned, most);
  await expect(press(owned, '')).rejects.toMatchObject({ code: 'LP429', detail: 'keys_full' });
  expect((await take(owned))[0]?.[1]?.length).toBe(limits.keysWaitingBytesMax);
  await press(owned, most);
});

test('a session that keys wait for is not idle; what waits for a shell that is gone is for no other', async () => {
  const owned = await adopted();
  await press(owned, 'a');
  expect(await fixture.host.detachSession(owned, 'idle')).toBe(false);
  expect(await fixture.host.detachSession(owned, 'drained')).toBe(true);
  expect(await take(await adopt(owned.session))).toEqual([]);
  const idle = await adopted();
  expect(await fixture.host.detachSession(idle, 'idle')).toBe(true);
  await press(idle, 'b');
  expect(await take(await adopt(idle.session))).toEqual([['keys', '["b"]']]);
});

test('a screen is that of the owner, and a later owner has the last word', async () => {
  const other = await fixture.register();
  const owned = await adopted();
  await fixture.host.storeScreen(owned, 1, showing('first'));
  expect(await seen(owned)).toBe('first');
  await fixture.host.storeScreen(owned, 1, showing('second'));
  expect(await seen(owned)).toBe('second');
  await fixture.host.detachSession(owned, 'drained');
  await expect(fixture.host.storeScreen(owned, 1, showing('late'))).rejects.toMatchObject({ detail: 'fenced' });
  const next = await adopt(owned.session, other);
  await expect(fixture.host.storeScreen(owned, 1, showing('late'))).rejects.toMatchObject({ detail: 'fenced' });
  expect(await seen(owned)).toBe('second');
  await fixture.host.storeScreen(next, 2, showing('third'));
  expect(await fixture.edge.readScreen(fixture.admin, owned.session)).toMatchObject({
    ...showing('third'),
    generation: 2,
  });
});

test('keys and sizes are in the record, the text of the keys is not', async () => {
  const owned = await adopted();
  await press(owned, 'my secret');
  await fixture.edge.resizeTerminal(fixture.admin, owned.session, { cols: 10, rows: 5 });
  const events = await fixture.query('select kind, payload from limpet.events where session_id = $1 order by seq', [
    owned.session,
  ]);
  expect(events.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['keys.typed', 'terminal.resized']));
  expect(JSON.stringify(events)).not.toContain('my secret');
});

test('a command without "interactive" takes input in a terminal, and in a terminal alone', async () => {
  const owned = await adopted();
  const plain = randomUUID();
  await fixture.edge.createSession(fixture.admin, plain, {});
  for (const [session, refusal] of [
    [owned.session, null],
    [plain, 'not_interactive'],
  ] as const) {
    const id = randomUUID();
    await fixture.edge.submitCommand(fixture.admin, session, id, { command: 'cat' });
    const write = fixture.edge.writeStdin(fixture.admin, id, Buffer.from('a'), undefined, false);
    if (refusal) await expect(write).rejects.toMatchObject({ detail: refusal });
    else expect(await write).toBe(1);
  }
});
