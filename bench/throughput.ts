/** Many sessions at once: commands a second beside one session's, and the processor time that a command costs. */
import { Client } from './client.ts';
import { cpuMs, total } from './processes.ts';
import { type Row, rounded } from './report.ts';
import { withStack } from './stack.ts';

const sessionsAtOnce = 32;
const seconds = 6;
/** Until what all processes run is compiled and every connection has its plans. */
const warmUps = 60;

/** `seen`: commands a second, and ms of processor time by part for each command. */
export async function throughput() {
  return withStack(async ({ stack }) => {
    const clients = Array.from({ length: sessionsAtOnce }, () => new Client(stack));
    const open = await Promise.all(clients.map(async (client) => ({ client, session: await client.open() })));
    const run = async (some: typeof open, ms: number) => {
      const until = performance.now() + ms;
      let count = 0;
      const work = some.map(async ({ client, session }) => {
        for (; performance.now() < until; count += 1) await client.run(session, 'true');
      });
      await Promise.all(work);
      return count;
    };
    for (let warm = 0; warm < warmUps; warm += 1) {
      await Promise.all(open.map(({ client, session }) => client.run(session, 'true')));
    }
    const alone = await run(open.slice(0, 1), seconds * 1000);
    const before = cpuMs(stack.pid);
    const ownBefore = process.cpuUsage();
    const together = await run(open, seconds * 1000);
    const after = cpuMs(stack.pid);
    const own = process.cpuUsage(ownBefore);
    const each = (ms: number) => rounded(ms / together);
    const parts = Object.entries(after).map(([part, ms]) => [part, each(ms - before[part as keyof typeof before])]);
    const rows: Row[] = [
      {
        what: `throughput, ${sessionsAtOnce} sessions`,
        unit: 'processor ms a command',
        measured: each(total(after) - total(before)),
        must: 2.5,
        goal: 1.5,
      },
      {
        what: `throughput, ${sessionsAtOnce} sessions`,
        unit: "÷ one session's",
        measured: rounded(together / alone),
        must: 2.5,
        goal: 4,
        atLeast: true,
      },
    ];
    const seen = {
      commands_per_second: { one: rounded(alone / seconds), all: rounded(together / seconds) },
      processor_ms: Object.fromEntries(parts),
      client_processor_ms: each((own.user + own.system) / 1000),
    };
    return { rows, seen };
  });
}
