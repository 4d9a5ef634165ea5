/** 100 MB through a shell, into the record and out again by HTTP, beside psql's COPY of the same bytes; and the host's memory. */
import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { processOf } from './processes.ts';
import { type Row, rounded } from './report.ts';
import { withStack } from './stack.ts';
import { timed } from './statistics.ts';

const megabytes = 100;
const bytes = megabytes * 1_000_000;
const rowBytes = 64 * 1024;
/** A line as programs print them, so that it compresses as such. */
const line = 'limpet 0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ\n';
const command = `yes '${line.trimEnd()}' | head -c ${bytes}`;

/** `seen`: MB a second. */
export async function output() {
  return withStack(async ({ stack, client, database }) => {
    const session = await client.open();
    await client.run(session, 'true');
    const host = processOf(stack.pid, 'host') ?? 0;
    const before = residentMiB(host, 'VmRSS');
    let read = 0;
    const shellMs = await timed(async () => {
      const { id } = await client.run(session, command);
      await client.bytes('GET', `/v1/commands/${id}/output`, (chunk) => {
        read += chunk.length;
      });
    });
    if (read !== bytes) throw new Error(`${read} bytes came back of ${bytes}.`);
    const grown = residentMiB(host, 'VmHWM') - before;
    const copyMs = await timed(() => copyText(database));
    const rate = (ms: number) => rounded(megabytes / (ms / 1000));
    const what = `output, ${megabytes} MB through and out`;
    const rows: Row[] = [
      { what, unit: 'MB/s ÷ COPY text', measured: rounded(copyMs / shellMs), must: 0.5, goal: 1, atLeast: true },
      { what, unit: 'MiB more in the host', measured: rounded(grown), must: 64, goal: 32 },
    ];
    return { rows, seen: { through_and_out: rate(shellMs), copy_text: rate(copyMs) } };
  });
}

/** The same bytes in rows of the same size and storage, as psql's \\copy sends them. */
async function copyText(database: pg.Client): Promise<void> {
  await database.query('create table bench_copy (at integer, data bytea)');
  const storage = await database.query(
    `select attstorage from pg_attribute where attrelid = 'limpet.output'::regclass and attname = 'data'`,
  );
  const names: Record<string, string> = { p: 'plain', e: 'external', x: 'extended', m: 'main' };
  const stored = names[(storage.rows[0] as { attstorage: string }).attstorage] ?? 'extended';
  await database.query(`alter table bench_copy alter data set storage ${stored}`);
  const text = line.repeat(Math.ceil(rowBytes / line.length)).slice(0, rowBytes);
  const hex = Buffer.from(text).toString('hex');
  const rows = Array.from({ length: Math.ceil(bytes / rowBytes) }, (_, at) => `${at}\t\\\\x${hex}\n`);
  await pipeline(Readable.from(rows), database.query(copyFrom('copy bench_copy from stdin')));
}

function residentMiB(pid: number, field: string): number {
  return (
    Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024
  );
}
