/** What each page costs beside a million commands, a session of 10,000 and a command of 50 MB: the server's time, and the size of the answer. */
import pg from 'pg';
import { Client } from './client.ts';
import { seedCommands, seedEvents } from './history.ts';
import { type Row, rounded } from './report.ts';
import { startStack } from './stack.ts';
import { percentile, timed } from './statistics.ts';

const millionCommands = 1_000_000;
const longSession = 10_000;
const bigOutput = `yes 'a line of a command that writes a great deal, and then some more' | head -c 50000000`;
const asked = 10;
const kb = 1_000;

/** Times in ms, sizes in kB. */
export async function pages() {
  const stack = await startStack();
  const client = new Client(stack);
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  try {
    await database.connect();
    const [many, long, big] = [await client.open(), await client.open(), await client.open()];
    await client.run(big, bigOutput);
    await seedCommands(database, long, longSession);
    await seedCommands(database, many, millionCommands);
    await seedEvents(database, many, millionCommands);
    await database.query('vacuum analyze');
    const seen: Record<string, { p50: number; max: number; kB: number }> = {};
    for (const path of pathsOf(many, long, big)) seen[nameOf(path, { many, long, big })] = await measure(client, path);
    const isList = (path: string) => !path.startsWith('/s/');
    const slowest = (among: (path: string) => boolean) =>
      Math.max(...Object.entries(seen).flatMap(([path, { p50 }]) => (among(path) ? [p50] : [])));
    const largest = Math.max(...Object.values(seen).map(({ kB }) => kB));
    const rows: Row[] = [
      {
        what: 'lists and searches, as pages',
        unit: 'p50 ms of the slowest',
        measured: slowest(isList),
        must: 50,
        goal: 10,
      },
      {
        what: 'pages of a session beside 1,000,000 commands',
        unit: 'p50 ms of the slowest',
        measured: slowest((path) => !isList(path)),
        must: 1_000,
        goal: 100,
      },
      { what: 'pages beside 1,000,000 commands', unit: 'kB of the largest', measured: largest, must: 2_000, goal: 500 },
    ];
    return { rows, seen };
  } finally {
    client.close();
    await database.end();
    await stack.stop();
  }
}

function pathsOf(many: string, long: string, big: string): string[] {
  const month = new Date(Date.now() - 30 * 86_400_000).toISOString().slice(0, 10);
  return [
    ...['/', '/?q=seeded%2099999', '/?q=nowhere-to-be-found', '/jobs', '/jobs?exit_code=1', '/jobs?state=killed'],
    ...[`/jobs?q=seeded%2099999`, `/jobs?session=${many}`, '/jobs?host=nowhere', '/jobs/cancel', '/hosts', '/keys'],
    ...['/usage', `/usage?since=${month}`, '/audit', '/audit?kind=command.finished', '/audit?q=nowhere-to-be-found'],
    ...[
      `/audit?session=${many}`,
      `/s/${many}`,
      `/s/${many}?before=500000`,
      `/s/${long}`,
      `/s/${long}/replay?from=5000`,
    ],
    ...[`/s/${long}/replay/frames?seq=5000`, `/s/${long}/history?q=9999`, `/s/${big}`, `/s/${big}/replay`],
    `/s/${big}/replay/frames?seq=1`,
  ];
}

function nameOf(path: string, sessions: Record<string, string>): string {
  return Object.entries(sessions).reduce((name, [word, id]) => name.replace(id, word), path);
}

async function measure(client: Client, path: string): Promise<{ p50: number; max: number; kB: number }> {
  let bytes = 0;
  const once = () => {
    bytes = 0;
    return client.bytes('GET', path, (chunk) => {
      bytes += chunk.length;
    });
  };
  const times: number[] = [];
  for (let at = 0; at < asked; at += 1) times.push(await timed(once));
  return { p50: rounded(percentile(times, 0.5)), max: rounded(Math.max(...times)), kB: Math.round(bytes / kb) };
}
