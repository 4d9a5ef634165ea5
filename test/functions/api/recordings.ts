/** Recordings: what a session was, as asciinema reads it. */
import { expect, test } from 'vitest';
import { stripAnsi } from '../../../functions/view.ts';
import { type Answer, call, expectProblem, openSession, type ProblemBody, run } from './client.ts';
import type { Api } from './fixture.ts';

type CastLine = [seconds: number, code: string, data: string];

/** Needs a host. */
export function recordings(api: () => Api): void {
  const record = (session: string, query = '') => call(api(), 'GET', `/v1/sessions/${session}/recording${query}`);
  const linesOf = ({ bytes }: Answer) => {
    const [header, ...events] = new TextDecoder()
      .decode(bytes)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    return { header, events: events as CastLine[] };
  };
  const written = (events: CastLine[]) =>
    events
      .filter(([, code]) => code === 'o')
      .map(([, , data]) => data)
      .join('');
  const plain = (events: CastLine[]) => stripAnsi(written(events));

  test('a recording has every command and what it wrote, in order, in both formats', async () => {
    const { id } = await openSession(api(), { name: 'recorded ✓', cols: 90, rows: 30, merge_output: true });
    await run(api(), id, 'echo out; echo err >&2');
    await run(api(), id, 'printf one; printf two; (exit 3)');
    const answer = await record(id);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/x-asciicast');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="recorded__.cast"');
    const { header, events } = linesOf(answer);
    expect(header).toMatchObject({ version: 3, term: { cols: 90, rows: 30 }, title: 'recorded ✓' });
    expect(plain(events)).toBe(
      '$ echo out; echo err >&2\r\nout\r\nerr\r\n$ printf one; printf two; (exit 3)\r\nonetwo\r\n[exited 3]\r\n',
    );
    expect(events.filter(([, code]) => code === 'm').map(([, , data]) => data)).toEqual([
      'echo out; echo err >&2',
      'printf one; printf two; (exit 3)',
    ]);
    const second = linesOf(await record(id, '?format=asciicast-v2&idle_time_limit=1.5'));
    expect(second.header).toMatchObject({ version: 2, width: 90, height: 30, idle_time_limit: 1.5 });
    expect(plain(second.events)).toBe(plain(events));
    const times = second.events.map(([seconds]) => seconds);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  test('it is had as text without escape sequences, and as a line of JSON for each event', async () => {
    const { id } = await openSession(api(), { name: 'told' });
    const before = Date.now();
    await run(api(), id, "printf '\\033[31mred\\033[0m\\n'; exit 2");
    const text = await record(id, '?format=txt');
    expect(text.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(text.headers.get('content-disposition')).toBe('attachment; filename="told.txt"');
    expect(new TextDecoder().decode(text.bytes)).toBe(
      "$ printf '\\033[31mred\\033[0m\\n'; exit 2\nred\n[shell_exited 2]\n",
    );
    const lines = await record(id, '?format=ndjson');
    expect(lines.headers.get('content-type')).toBe('application/x-ndjson');
    expect(lines.headers.get('content-disposition')).toBe('attachment; filename="told.ndjson"');
    const [head, ...events] = new TextDecoder()
      .decode(lines.bytes)
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(head).toMatchObject({ session_id: id, name: 'told', cols: 120, rows: 40 });
    expect(events.map(({ kind }) => kind)).toEqual(['command', 'output', 'output', 'output']);
    expect(events.map(({ data }) => data).join('')).toContain('\u001b[31mred');
    for (const { at } of [{ at: head.started_at }, ...events]) expect(Date.parse(at)).toBeGreaterThan(before - 60_000);
  });

  test('what a background job wrote later is there, at its own time, behind what came before', async () => {
    const { id } = await openSession(api());
    await run(api(), id, '{ until [ -e go ]; do sleep 0.05; done; echo late; } & echo first');
    await run(api(), id, 'echo second');
    await run(api(), id, 'touch go');
    await expect.poll(async () => plain(linesOf(await record(id)).events), { timeout: 20_000 }).toContain('late\r\n');
    expect(plain(linesOf(await record(id)).events)).toMatch(/first\r\n(.|\r\n)*second\r\n(.|\r\n)*late\r\n/);
  });

  test('a session of megabytes comes whole, a page at a time', async () => {
    const { id } = await openSession(api());
    await run(api(), id, 'head -c 3000000 /dev/zero | tr "\\0" x; echo');
    await run(api(), id, 'echo end');
    const { events } = linesOf(await record(id));
    expect(written(events).match(/x/g)?.length).toBe(3_000_000 + 'x'.length);
    expect(plain(events.slice(-1))).toBe('end\r\n');
  });

  test('a terminal is played as its screen was, by the emulator in the edge', async () => {
    const { id } = await openSession(api(), { tty: true, cols: 30, rows: 4 });
    await run(api(), id, "printf '\\033[2J\\033[2;3Hin its place'");
    const { bytes } = await call(api(), 'GET', `/s/${id}/replay/frames?screen&seq=1`);
    const { frames } = JSON.parse(new TextDecoder().decode(bytes)) as { frames: { set?: string }[] };
    expect(frames.findLast(({ set }) => set)?.set?.replaceAll(/<[^>]*>/g, '')).toMatch(/^\n\s*\n {2}in its place/);
  });
}

/** Needs no host. */
export function refusedRecordings(api: () => Api): void {
  test('a session without commands has an empty recording; others have none', async () => {
    const { id } = await openSession(api());
    const path = `/v1/sessions/${id}/recording`;
    const { bytes } = await call(api(), 'GET', path, { key: api().readKey });
    expect(new TextDecoder().decode(bytes).split('\n')).toHaveLength(2);
    expectProblem(await call<ProblemBody>(api(), 'GET', path, { key: api().otherKey }), 404, 'not_found');
    for (const query of ['?format=gif', '?idle_time_limit=-1', '?speed=2']) {
      expectProblem(await call<ProblemBody>(api(), 'GET', path + query), 422, 'invalid');
    }
  });
}
