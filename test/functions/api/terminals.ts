/** Terminals: what is refused needs no host. */
import { describe, expect, test } from 'vitest';
import { limits, type Screen, type Session } from '../../../sql/contract.ts';
import { call, expectProblem, openSession, type ProblemBody } from './client.ts';
import type { Api } from './fixture.ts';

export function terminals(api: () => Api): void {
  const open = async (json: object = {}) => `/v1/sessions/${(await openSession(api(), { tty: true, ...json })).id}`;
  const press = (path: string, keys: unknown, key = api().key) =>
    call<ProblemBody>(api(), 'POST', `${path}/keys`, { json: { keys }, key });
  const resize = (path: string, json: object, key = api().key) =>
    call<ProblemBody & Session>(api(), 'PUT', `${path}/size`, { json, key });
  const show = (path: string, key = api().key) => call<ProblemBody & Screen>(api(), 'GET', `${path}/screen`, { key });

  describe('a terminal', () => {
    test('belongs to sessions that were opened with one', async () => {
      const path = await open({ tty: false });
      for (const answer of [await press(path, ['a']), await resize(path, { cols: 80, rows: 24 }), await show(path)]) {
        expectProblem(answer, 409, 'not_a_terminal');
      }
    });

    test('is nothing to another owner, and only to be looked at by a key that may only read', async () => {
      const path = await open();
      const { otherKey, readKey } = api();
      const size = { cols: 80, rows: 24 };
      for (const answer of [
        await press(path, ['a'], otherKey),
        await resize(path, size, otherKey),
        await show(path, otherKey),
      ]) {
        expectProblem(answer, 404, 'not_found');
      }
      for (const answer of [await press(path, ['a'], readKey), await resize(path, size, readKey)]) {
        expectProblem(answer, 403, 'forbidden');
      }
      expect((await show(path, readKey)).status).toBe(200);
    });

    test('of a closed session takes no keys and no size; what it showed stays to be seen', async () => {
      const path = await open();
      expect((await call(api(), 'DELETE', path)).status).toBe(204);
      expectProblem(await press(path, ['a']), 409, 'session_closed');
      expectProblem(await resize(path, { cols: 80, rows: 24 }), 409, 'session_closed');
      expect((await show(path)).status).toBe(200);
    });

    test('is blank before its first shell, and said to be of none', async () => {
      const path = await open({ cols: 90, rows: 20 });
      const text = await show(path);
      expect([text.status, new TextDecoder().decode(text.bytes)]).toEqual([200, '\n']);
      expect([text.headers.get('limpet-size'), text.headers.get('limpet-cursor')]).toEqual(['90x20', '0,0']);
      const { body } = await call<Screen>(api(), 'GET', `${path}/screen?format=json`);
      expect(body).toMatchObject({ generation: 0, updated_at: null, cols: 90, rows: 20, lines: [], text: '\n' });
      const html = await call(api(), 'GET', `${path}/screen?format=html`);
      expect(html.headers.get('content-type')).toMatch(/^text\/html/);
      expectProblem(await call<ProblemBody>(api(), 'GET', `${path}/screen?format=png`), 422, 'invalid');
    });

    test('has the size it is given, within the limits', async () => {
      const path = await open();
      expect((await resize(path, { cols: 1000, rows: 100 })).body).toMatchObject({ cols: 1000, rows: 100 });
      expect((await resize(path, { cols: 1, rows: 1 })).body).toMatchObject({ cols: 1, rows: 1 });
      for (const size of [
        { cols: 0, rows: 9 },
        { cols: 9, rows: 1001 },
        { cols: 9.5, rows: 9 },
        { cols: 9 },
        { rows: 9, cols: 9, x: 1 },
      ]) {
        expectProblem(await resize(path, size), 422, 'invalid');
      }
      const tooMany = await resize(path, { cols: 1000, rows: 101 });
      expectProblem(tooMany, 422, 'invalid');
      expect(tooMany.body.errors?.[0]?.message).toContain('terminalCellsMax');
      expectProblem(await call(api(), 'POST', '/v1/sessions', { json: { cols: 1000, rows: 101 } }), 422, 'invalid');
      expect((await call<Session>(api(), 'GET', path)).body).toMatchObject({ cols: 1, rows: 1 });
    });
  });

  describe('keys', () => {
    test('are names and texts', async () => {
      const path = await open();
      for (const keys of [[], 'Enter', [1], [{ text: 1 }], [{ text: 'a', key: 'b' }], [null], undefined]) {
        expectProblem(await press(path, keys), 422, 'invalid');
      }
      expectProblem(await press(path, ['\0']), 400, 'bad_request');
      for (const keys of [['Enter'], [{ text: 'Enter' }], ['F13', '', 'C-c', '≤']])
        expect((await press(path, keys)).status).toBe(202);
    });

    test('of one call are limited in number and in bytes', async () => {
      const path = await open();
      expect((await press(path, Array(limits.keysMax).fill('a'))).status).toBe(202);
      expectProblem(await press(path, Array(limits.keysMax + 1).fill('a')), 422, 'invalid');
      const text = 'é'.repeat(limits.keysBytesMax / 2);
      expect((await press(path, [{ text }])).status).toBe(202);
      expectProblem(await press(path, [{ text }, 'a']), 413, 'too_large');
    });

    test('that nothing reads wait, within a limit', async () => {
      const path = await open();
      const text = 'x'.repeat(limits.keysBytesMax);
      const statuses: number[] = [];
      for (let sent = 0; sent < limits.keysWaitingBytesMax; sent += text.length)
        statuses.push((await press(path, [text])).status);
      // The quotes and brackets around them count, too.
      expect(new Set(statuses.slice(0, -1))).toEqual(new Set([202]));
      const refused = await press(path, [text]);
      expectProblem(refused, 429, 'keys_full');
      expect(refused.headers.get('retry-after')).toBe('1');
      expect((await press(path, ['small'])).status).toBe(202);
    });
  });
}
