/** A bundle of the record as it is sent: NDJSON (audit/bundle.ts), read from the database part by part and no faster than it is taken. */
import type { BundlePlan, Credential, EdgeCalls } from '../sql/edge.ts';
import { utf8 } from './bytes.ts';

type Batches = AsyncGenerator<string[], void>;

/** The lines of a bundle, in batches. `asked`: a checkpoint that the session is to be shown at besides. */
export async function* bundleLines(
  calls: EdgeCalls,
  credential: Credential,
  plan: BundlePlan,
  asked?: number,
): Batches {
  let lines = 0;
  for await (const batch of parts(calls, credential, plan, asked)) {
    lines += batch.length;
    yield batch;
  }
  yield [JSON.stringify({ type: 'end', lines })];
}

/** The same as a stream of bytes. Where it breaks off, its last line is missing, and a verifier says so. */
export function bundleStream(batches: Batches): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await batches.next();
        if (done) controller.close();
        else controller.enqueue(utf8(value.map((line) => `${line}\n`).join('')));
      },
      cancel: async () => void (await batches.return()),
    },
    { highWaterMark: 0 },
  );
}

async function* parts(calls: EdgeCalls, credential: Credential, plan: BundlePlan, asked?: number): Batches {
  const { header, session_id: session, first, newest, until } = plan;
  yield [header];
  for (let from = first; from !== null && from <= newest; ) {
    const { lines, next } = await calls.exportCheckpoints(credential, session, from, newest, asked);
    yield lines;
    from = next;
  }
  if (session === null) yield* allSessions(calls, credential, newest);
  else yield* oneSession(calls, credential, session, until, 0);
}

async function* allSessions(calls: EdgeCalls, credential: Credential, newest: number): Batches {
  for (let after: string | null = null; ; ) {
    const { lines, next, long } = await calls.exportSessions(credential, after, newest);
    yield lines;
    if (long) yield* oneSession(calls, credential, long.session_id, long.until, newest);
    if (next === null) return;
    after = next;
  }
}

/** With `newest`, the heads that the checkpoints up to it covered come with the events. */
async function* oneSession(
  calls: EdgeCalls,
  credential: Credential,
  id: string,
  until: number,
  newest: number,
): Batches {
  for (let after: number | null = null; ; ) {
    const { lines, next } = await calls.exportEvents(credential, id, after, until, newest);
    yield lines;
    if (next === null) return;
    after = next;
  }
}
