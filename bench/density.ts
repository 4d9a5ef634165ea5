/** Many idle sessions on one host: what each of them takes, and what they cost the one that works. */
import { Client } from './client.ts';
import { memoryBytes, total } from './processes.ts';
import { type Row, rounded } from './report.ts';
import { withStack } from './stack.ts';
import { percentile, summary, timed } from './statistics.ts';

const idleSessions = 1_000;
const opensAtOnce = 8;
const samples = 200;
const mib = 1024 * 1024;

/** `seen`: memory in MiB of each part for each session, and times in ms. */
export async function density() {
  return withStack(
    async ({ stack, client, database }) => {
      // The one that works is one more than a key may have by default.
      await database.query(`update limpet.settings set value = $1 where name = 'limit.open_sessions_max'`, [
        idleSessions + 10,
      ]);
      const clients = Array.from({ length: opensAtOnce }, () => new Client(stack));
      const session = await client.open();
      const measure = async () => {
        const times: number[] = [];
        for (let at = 0; at < samples; at += 1) times.push(await timed(() => client.run(session, 'true')));
        return times;
      };
      await measure();
      const alone = await measure();
      const before = memoryBytes(stack.pid);
      let left = idleSessions;
      await Promise.all(
        clients.map(async (one) => {
          while (left > 0) {
            left -= 1;
            await one.run(await one.open(), 'true');
          }
        }),
      );
      const after = memoryBytes(stack.pid);
      const among = await measure();
      const each = (bytes: number) => rounded(bytes / idleSessions / mib);
      const what = `${idleSessions} idle sessions`;
      const p50 = (some: number[]) => percentile(some, 0.5);
      const rows: Row[] = [
        { what, unit: 'MiB each', measured: each(total(after) - total(before)), must: 6, goal: 4 },
        { what, unit: 'p50 among ÷ alone', measured: rounded(p50(among) / p50(alone)), must: 1.5, goal: 1.1 },
      ];
      const parts = Object.entries(after).map(([part, bytes]) => [
        part,
        each(bytes - before[part as keyof typeof before]),
      ]);
      return {
        rows,
        seen: { mib_each: Object.fromEntries(parts), alone_ms: summary(alone), among_ms: summary(among) },
      };
    },
    { LIMPET_CAPACITY: String(idleSessions + 10) },
  );
}
