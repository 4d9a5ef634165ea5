/** A terminal in use, on a real host. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Command, Screen } from '../../../sql/contract.ts';
import { call, openSession, run } from './client.ts';
import type { Api } from './fixture.ts';

const pollMs = 20;

export function typing(api: () => Api): void {
  const open = async () => `/v1/sessions/${(await openSession(api(), { tty: true, cols: 40, rows: 5 })).id}`;
  const start = async (path: string, command: string) => {
    const headers = { Prefer: 'wait=0' };
    return (await call<Command>(api(), 'POST', `${path}/commands`, { json: { command }, headers })).body.id;
  };
  const ended = async (id: string) => (await call<Command>(api(), 'GET', `/v1/commands/${id}?wait=25`)).body;
  const press = async (path: string, ...keys: unknown[]) =>
    expect((await call(api(), 'POST', `${path}/keys`, { json: { keys } })).status).toBe(202);
  const screen = async (path: string) =>
    (await call<Screen & { text: string }>(api(), 'GET', `${path}/screen?format=json`)).body;
  const untilShown = async (path: string, text: string) => {
    for (;;) {
      const shown = await screen(path);
      if (shown.text.includes(text)) return shown;
      await delay(pollMs);
    }
  };

  test('keys reach the program that runs in the terminal, and the screen shows what it wrote', async () => {
    const path = await open();
    const id = await start(path, `read -p 'name? ' name; printf 'Hello \\e[1;31m%s\\e[0m <&>\\n' "$name"`);
    await untilShown(path, 'name?');
    await press(path, 'Enter name', { text: 'Enter' }, 'Enter');
    expect(await ended(id)).toMatchObject({ state: 'exited', exit_code: 0, stderr: '' });
    const shown = await screen(path);
    expect(shown).toMatchObject({ cols: 40, rows: 5, generation: 1, cursor: { row: 2, col: 0, visible: true } });
    expect(shown.text).toBe('name? Enter nameEnter\nHello Enter nameEnter <&>\n');
    expect(shown.lines[1]?.runs[1]).toEqual({ col: 6, text: 'Enter nameEnter', fg: 1, bold: true });
    const html = await call(api(), 'GET', `${path}/screen?format=html`);
    expect(new TextDecoder().decode(html.bytes)).toContain(
      'Hello <span class="sb f1">Enter nameEnter</span> &lt;&amp;&gt;',
    );
    const text = await call(api(), 'GET', `${path}/screen`);
    expect([new TextDecoder().decode(text.bytes), text.headers.get('limpet-cursor')]).toEqual([shown.text, '2,0']);
  });

  test('a new size reaches what runs and what is to come', async () => {
    const path = await open();
    const id = await start(
      path,
      `bash -c "trap 'stty size; exit' WINCH; printf ready; while :; do sleep 0.05; done"; exit`,
    );
    await untilShown(path, 'ready');
    expect((await call(api(), 'PUT', `${path}/size`, { json: { cols: 60, rows: 10 } })).status).toBe(200);
    expect((await ended(id)).stdout).toBe('ready10 60\r\n');
    expect(await screen(path)).toMatchObject({ cols: 60, rows: 10 });
    // The shell is another, the terminal a new one of the same size.
    expect(await run(api(), path.slice('/v1/sessions/'.length), 'stty size')).toMatchObject({
      stdout: '10 60\r\n',
      generation: 2,
    });
    expect(await screen(path)).toMatchObject({ cols: 60, rows: 10, generation: 2 });
  });

  test('input for a command is typed, and an interrupt is a Ctrl-C', async () => {
    const path = await open();
    const id = await start(path, 'cat');
    const stdin = `/v1/commands/${id}/stdin?eof=true`;
    const headers = { 'Content-Type': 'application/octet-stream' };
    expect((await call(api(), 'POST', stdin, { body: 'typed\n', headers })).status).toBe(204);
    expect(await ended(id)).toMatchObject({ stdout: 'typed\r\ntyped\r\n', exit_code: 0 });
    const loop = await start(path, 'printf loop; while :; do :; done; echo after');
    await untilShown(path, 'loop');
    expect((await call(api(), 'POST', `${path}/interrupt`)).status).toBe(202);
    expect(await ended(loop)).toMatchObject({ state: 'exited', exit_code: 130 });
  });
}
