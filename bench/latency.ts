/**
 * `true` with wait on one session, HTTP in and out, beside the floor: four single-row commits by one client on the same
 * Postgres, which is what one durable command costs at least. Both alternate in one run, since machines drift.
 */
import pg from 'pg';
import { startStack } from './stack.ts';
import { summary, timed } from './statistics.ts';

const rounds = 20;
const perRound = 25;
const commitsPerCommand = 4;

/** Runs it and returns the figures, times in ms. */
export async function latency() {
  const stack = await startStack();
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  try {
    await client.connect();
    await client.query(
      'create table bench_floor (id bigint generated always as identity, at timestamptz default now())',
    );
    const headers = { Authorization: `Bearer ${stack.key}`, 'Content-Type': 'text/plain' };
    const post = async (path: string, body: string | null) => {
      const response = await fetch(stack.url + path, { method: 'POST', headers, body });
      return (await response.json()) as { id: string; state: string; queued_ms: number; run_ms: number };
    };
    const session = await fetch(`${stack.url}/v1/sessions`, {
      method: 'POST',
      headers: { ...headers, 'Content-Type': 'application/json' },
      body: '{}',
    }).then((response) => response.json() as Promise<{ id: string }>);
    const command = () => post(`/v1/sessions/${session.id}/commands`, 'true');
    const commits = async () => {
      for (let at = 0; at < commitsPerCommand; at += 1) await client.query('insert into bench_floor default values');
    };
    for (let warm = 0; warm < 50; warm += 1) await command();
    const [commandMs, floorMs]: [number[], number[]] = [[], []];
    for (let round = 0; round < rounds; round += 1) {
      for (let at = 0; at < perRound; at += 1) commandMs.push(await timed(command));
      for (let at = 0; at < perRound; at += 1) floorMs.push(await timed(commits));
    }
    const [measured, floor] = [summary(commandMs), summary(floorMs)];
    return {
      command_ms: measured,
      four_commits_ms: floor,
      ratio_p50: measured.p50 / floor.p50,
      p99_to_p50: measured.p99 / measured.p50,
    };
  } finally {
    await client.end();
    await stack.stop();
  }
}
