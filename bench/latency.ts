/**
 * `true` with wait on one session, HTTP in and out, beside the floor: four single-row commits by one client on the same
 * Postgres, which is what one durable command costs at least; and beside shelld. All alternate in one run, since machines drift.
 */
import { type Row, rounded } from './report.ts';
import { startShelld } from './shelld.ts';
import { withStack } from './stack.ts';
import { middle, now, type Stages, stagesOf } from './stages.ts';
import { percentile, summary, timed } from './statistics.ts';

const rounds = 40;
const perRound = 25;
const warmUps = 200;
const commitsPerCommand = 4;

/** Times in ms. */
export async function latency() {
  const shelld = await startShelld();
  try {
    return await withStack(async ({ client, database }) => {
      await database.query(
        'create table bench_floor (id bigint generated always as identity, at timestamptz default now())',
      );
      const session = await client.open();
      const stages: Stages[] = [];
      const command = async () => {
        const askedAt = now();
        const answered = await client.run(session, 'true');
        stages.push(stagesOf(askedAt, answered, now()));
      };
      const commits = async () => {
        for (let at = 0; at < commitsPerCommand; at += 1) {
          await database.query({ name: 'floor', text: 'insert into bench_floor default values' });
        }
      };
      for (let warm = 0; warm < warmUps; warm += 1) await command();
      const [commandMs, floorMs, shelldMs]: number[][] = [[], [], []] as const;
      for (let round = 0; round < rounds; round += 1) {
        for (let at = 0; at < perRound; at += 1) commandMs?.push(await timed(command));
        for (let at = 0; at < perRound; at += 1) floorMs?.push(await timed(commits));
        if (shelld) for (let at = 0; at < perRound; at += 1) shelldMs?.push(await timed(shelld.run));
      }
      return figures(commandMs ?? [], floorMs ?? [], shelldMs ?? [], middle(stages.slice(warmUps)));
    });
  } finally {
    await shelld?.stop();
  }
}

function figures(command: number[], floor: number[], shelld: number[], stages: Stages) {
  const p50 = percentile(command, 0.5);
  const what = 'a command, answered';
  const rows: Row[] = [
    { what, unit: 'p50 ÷ four commits', measured: rounded(p50 / percentile(floor, 0.5)), must: 4, goal: 2.5 },
    { what, unit: 'p99 ÷ p50', measured: rounded(percentile(command, 0.99) / p50), must: 4, goal: 2.5 },
  ];
  if (shelld.length > 0) {
    const measured = rounded(p50 / percentile(shelld, 0.5));
    rows.push({ what, unit: 'p50 ÷ shelld', measured, must: 0.8, goal: 0.5 });
  }
  const seen = { command_ms: summary(command), stages_p50_ms: stages, four_commits_ms: summary(floor) };
  return { rows, seen: { ...seen, ...(shelld.length > 0 && { shelld_ms: summary(shelld) }) } };
}
