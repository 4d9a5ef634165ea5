/** Output of commands, and of the jobs that they leave, as hosts store it. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Owned } from '../../sql/host.ts';
import { ended, type SqlFixture, sqlFixture } from './fixture.ts';

let fixture: SqlFixture;
let incarnation: string;
beforeAll(async () => {
  fixture = await sqlFixture();
  incarnation = await fixture.register(1000);
});
afterAll(() => fixture.drop());

const submit = (owned: Owned) =>
  fixture.edge.submitCommand(fixture.admin, owned.session, randomUUID(), { command: 'true' });

describe('output', () => {
  const bytes = (text: string) => Buffer.from(text);
  const append = (attempt: string, offset: number, text: string, skip = 0) =>
    fixture.host.appendOutput(incarnation, [{ attempt, stream: 1, offset, skip, bytes: bytes(text) }]);

  test('is stored once where it is sent twice, and a gap is refused', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id } = await submit(owned);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    expect(await append(attempt, 0, 'one ')).toEqual({});
    expect(await append(attempt, 0, 'one ')).toEqual({});
    expect(await append(attempt, 5, 'two')).toEqual({ [attempt]: 'output_gap' });
    expect(await append(attempt, 4, 'two')).toEqual({});
    const pieces = await fixture.edge.readOutput(fixture.admin, id, 'stdout', 0, 100);
    expect(Buffer.concat(pieces.map((piece) => piece.data)).toString()).toBe('one two');
    await expect(
      fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 9 }, null, null, []),
    ).rejects.toMatchObject({
      detail: 'output_gap',
    });
    expect(await fixture.edge.readCommand(fixture.admin, id)).toMatchObject({ state: 'running' });
  });

  test('is shown as far as the row counts it, whenever it is read', async () => {
    const owned = await fixture.adopted(incarnation);
    for (let round = 0; round < 30; round += 1) {
      const { id } = await submit(owned);
      const attempt = randomUUID();
      await fixture.host.claimCommand(owned, attempt);
      const rest = { stream: 1 as const, offset: 0, skip: 0, bytes: bytes('hello') };
      const finish = fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 5 }, null, null, [rest]);
      const reads = Array.from({ length: 8 }, () => fixture.edge.readCommand(fixture.admin, id));
      for (const row of await Promise.all(reads)) {
        expect(Buffer.from(row.stdout_head, 'base64').length, row.state).toBe(row.stdout_bytes);
      }
      await finish;
    }
  });

  test('beyond the limit leaves an explicit hole between head and tail', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id } = await submit(owned);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    await append(attempt, 0, 'head');
    const tail = { stream: 1 as const, offset: 100, skip: 96, bytes: bytes('tail') };
    await fixture.host.finishCommand(owned, attempt, { ...ended, stdout_bytes: 104 }, null, null, [tail]);
    const row = await fixture.edge.readCommand(fixture.admin, id);
    expect(row).toMatchObject({ stdout_bytes: 104, dropped_bytes: 96 });
    expect([row.stdout_head, row.stdout_tail].map((text) => Buffer.from(text, 'base64').toString())).toEqual([
      'head',
      'tail',
    ]);
    expect(
      (await fixture.edge.readOutput(fixture.admin, id, 'stdout', 2, 100)).map((piece) => piece.start_offset),
    ).toEqual([2, 100]);
  });

  test('of its jobs is kept up to the limit and counted beyond it, and a repeated call counts once', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id: command } = await submit(owned);
    const max = 8 * 1024 * 1024;
    const late = (offset: number | null, data: Uint8Array, dropped = 0) =>
      fixture.host.appendLateOutput(owned, { command, stream: 1, offset, data, dropped });
    expect(await late(0, Buffer.alloc(max - 4, 'x'))).toBe(true);
    for (const _again of [1, 2]) expect(await late(max - 4, Buffer.from('123'))).toBe(true);
    for (const _again of [1, 2]) expect(await late(max - 1, Buffer.from('45678'))).toBe(false);
    expect(await late(max + 4, Buffer.of(), 100)).toBe(false);
    expect(await late(null, Buffer.of(), 10)).toBe(false);
    const row = await fixture.edge.readCommand(fixture.admin, command);
    expect([row.late_bytes, row.late_dropped_bytes]).toEqual([max + 114, 114]);
    const { items } = await fixture.edge.listLateOutput(fixture.admin, owned.session, { limit: 10, bytes: 2 * max });
    expect(items.map(({ data }) => Buffer.from(data, 'base64').toString().slice(0, 4))).toEqual(['xxxx', '123', '4']);
  });

  test('of its jobs is not cut where it is sealed: what would cross the limit is left out, and all behind it', async () => {
    const owned = await fixture.adopted(incarnation);
    const { id: command } = await submit(owned);
    const max = 8 * 1024 * 1024;
    const late = (offset: number, data: Uint8Array) =>
      fixture.host.appendLateOutput(owned, { command, stream: 1, offset, data, dropped: 0, seal: Buffer.from('seal') });
    expect(await late(0, Buffer.alloc(max - 4, 'x'))).toBe(true);
    expect(await late(max - 4, Buffer.from('12345'))).toBe(false);
    expect(await late(max + 1, Buffer.from('6'))).toBe(false);
    const row = await fixture.edge.readCommand(fixture.admin, command);
    expect([row.late_bytes, row.late_dropped_bytes]).toEqual([max + 2, 6]);
  });

  test('of a command that was given up is refused', async () => {
    const owned = await fixture.adopted(incarnation);
    await submit(owned);
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    await fixture.host.releaseClaim(owned, attempt, 'never started');
    expect(await append(attempt, 0, 'late')).toEqual({ [attempt]: 'fenced' });
  });
});
