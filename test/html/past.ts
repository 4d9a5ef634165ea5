/** What happened before the pages are looked at. */
import { beforeAll } from 'vitest';
import { open, runAll, sendOnly } from './seed.ts';
import type { Site } from './site.ts';

/** Ids of what there is. */
export interface Past {
  session: string;
  /** A session with a terminal, in which a pager waits for a key. */
  terminal: string;
  job: string;
  key: string;
}

/** Makes it once for the tests of a `describe`. */
export function usePast(site: () => Site): () => Past {
  let past: Past | undefined;
  beforeAll(async () => {
    const { id: session } = await open(site(), { name: 'past' });
    const { id: job } = await runAll(
      site(),
      session,
      'cd /usr; printf "\\e[31mred\\e[0m \\e[44mon blue\\e[0m\\n"',
      'echo a needle in the output; echo no >&2; (exit 4)',
      'seq 5',
    );
    const { id: terminal } = await open(site(), { name: 'pager', tty: true, cols: 60, rows: 8 });
    await sendOnly(site(), terminal, 'seq 100 | more');
    past = { session, terminal, job, key: await keyId(site()) };
  });
  return () => {
    if (!past) throw new Error('nothing happened yet');
    return past;
  };
}

/** The id of the admin's key. */
async function keyId({ url, adminKey }: Site): Promise<string> {
  const response = await fetch(`${url}/v1/keys`, { headers: { 'X-Shell-Key': adminKey } });
  const { items } = (await response.json()) as { items: { id: string }[] };
  return items[0]?.id ?? '';
}
