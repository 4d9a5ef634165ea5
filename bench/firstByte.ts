/** How soon a line that a running command writes is there for a client that follows it, and how soon a new session answers. */
import { setTimeout as rest } from 'node:timers/promises';
import { type Row, rounded } from './report.ts';
import { withStack } from './stack.ts';
import { percentile, summary, timed } from './statistics.ts';

const lines = 60;
const sessions = 30;
const warmUps = 10;
/** Between two sessions: the host is at rest again. */
const betweenMs = 200;

/** Times in ms. The command tells when it wrote: both clocks are this machine's. */
export async function firstByte() {
  return withStack(async ({ client }) => {
    const session = await client.open();
    for (let warm = 0; warm < warmUps; warm += 1) await client.run(session, 'true');
    const script = `for i in $(seq ${lines}); do sleep 0.1; echo "at $EPOCHREALTIME"; done`;
    const { id } = await client.submit(session, script);
    const late: number[] = [];
    let rest = '';
    await client.bytes('GET', `/v1/commands/${id}/events`, (chunk) => {
      const now = Date.now();
      rest += chunk.toString();
      for (const [, written] of rest.matchAll(/at (\d+[.,]\d+)(?=\D)/g)) {
        late.push(Math.max(0, now - Number(written?.replace(',', '.')) * 1000));
      }
      rest = rest.slice(Math.max(0, rest.lastIndexOf('\n') + 1));
    });
    if (late.length < lines) throw new Error(`${late.length} of ${lines} lines were seen.`);
    const measured = rounded(percentile(late, 0.5));
    const rows: Row[] = [{ what: 'a line, to who follows', unit: 'p50 ms', measured, must: 100, goal: 20 }];
    return { rows, seen: { late_ms: summary(late) } };
  });
}

/**
 * Times in ms, from the request for a session to the answer of its first command. Of sessions that follow each other at once, each shares
 * the processors with the making of a shell for the next: `at_once` tells of those.
 */
export async function newSession() {
  return withStack(async ({ client }) => {
    const first = async (options: object) => client.run(await client.open(options), 'true');
    for (let warm = 0; warm < warmUps; warm += 1) await first({ tty: warm % 2 === 0 });
    const times = { pipes: [] as number[], tty: [] as number[] };
    const measure = async (into: { pipes: number[]; tty: number[] }, restMs: number) => {
      for (let at = 0; at < sessions; at += 1) {
        into.pipes.push(await timed(() => first({})));
        await rest(restMs);
        into.tty.push(await timed(() => first({ tty: true })));
        await rest(restMs);
      }
    };
    const atOnce = { pipes: [] as number[], tty: [] as number[] };
    await measure(times, betweenMs);
    await measure(atOnce, 0);
    const what = 'a new session, first answer';
    const p50 = (some: number[]) => rounded(percentile(some, 0.5));
    const rows: Row[] = [
      { what, unit: 'p50 ms, pipes', measured: p50(times.pipes), must: 60, goal: 25 },
      { what, unit: 'p50 ms, tty', measured: p50(times.tty), must: 90, goal: 25 },
    ];
    const at_once = { pipes_ms: summary(atOnce.pipes), tty_ms: summary(atOnce.tty) };
    return { rows, seen: { pipes_ms: summary(times.pipes), tty_ms: summary(times.tty), at_once } };
  });
}
