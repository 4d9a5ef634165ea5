/** What a long history costs: the 10,000th command of a session, and lists and searches among a million commands. */
import type pg from 'pg';
import type { Client } from './client.ts';
import { seedCommands } from './history.ts';
import { type Row, rounded } from './report.ts';
import { withStack } from './stack.ts';
import { percentile, summary, timed } from './statistics.ts';

const longSession = 10_000;
const samples = 200;
const warmUps = 100;
const millionCommands = 1_000_000;
const asked = 20;

/** Times in ms. */
export async function growth() {
  return withStack(async ({ client, database }) => {
    const [short, long] = [await client.open(), await client.open()];
    await seedCommands(database, long, longSession);
    for (let warm = 0; warm < warmUps; warm += 1) {
      await client.run(long, 'true');
      await client.run(await freshly(client, short, warm), 'true');
    }
    const times = { early: [] as number[], late: [] as number[] };
    let young = short;
    for (let at = 0; at < samples; at += 1) {
      if (at % 10 === 0) young = await freshOne(client);
      times.early.push(await timed(() => client.run(young, 'true')));
      times.late.push(await timed(() => client.run(long, 'true')));
    }
    const lists = await listTimes(client, database, long);
    const p50 = (some: number[]) => rounded(percentile(some, 0.5));
    const slowest = Math.max(...Object.values(lists).map(p50));
    const rows: Row[] = [
      {
        what: `command ${longSession} of a session`,
        unit: 'p50 ÷ that of command 10',
        measured: rounded(p50(times.late) / p50(times.early)),
        must: 1.2,
        goal: 1.05,
      },
      {
        what: 'lists and searches among 1,000,000',
        unit: 'p50 ms of the slowest',
        measured: slowest,
        must: 50,
        goal: 10,
      },
    ];
    const told = Object.entries(lists).map(([name, some]) => [name, summary(some)]);
    return {
      rows,
      seen: { early_ms: summary(times.early), late_ms: summary(times.late), ...Object.fromEntries(told) },
    };
  });
}

/** A young session that has run a few. */
async function freshOne(client: Client): Promise<string> {
  const session = await client.open();
  for (let at = 0; at < 3; at += 1) await client.run(session, 'true');
  return session;
}

async function freshly(client: Client, short: string, warm: number): Promise<string> {
  return warm % 20 === 0 ? freshOne(client) : short;
}

async function listTimes(client: Client, database: pg.Client, session: string): Promise<Record<string, number[]>> {
  await seedCommands(database, session, millionCommands);

  const questions = {
    list: '/v1/commands?limit=50',
    failed: '/v1/commands?state=killed&limit=50',
    search: '/v1/commands?q=seeded%2099999&limit=50',
    search_nothing: '/v1/commands?q=nowhere-to-be-found&limit=50',
    session: `/v1/sessions/${session}/commands?limit=50`,
    sessions: '/v1/sessions?limit=50',
  };
  const times: Record<string, number[]> = {};
  for (const [name, path] of Object.entries(questions)) {
    times[name] = [];
    for (let at = 0; at < asked; at += 1) times[name].push(await timed(() => client.json('GET', path)));
  }
  return times;
}
