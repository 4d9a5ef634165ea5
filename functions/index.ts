/** Workers entry: env → database → app. */
import { limits, version } from '../sql/contract.ts';
import { createApp } from './app.ts';
import { neonQuery } from './database.ts';
import { parseBindings } from './env.ts';
import { jsonLog } from './log.ts';
import { rulesOf } from './redaction/settings.ts';
import { type Shard, sharded } from './shards.ts';
import { pollingWaits } from './waits.ts';

let answer: Shard['fetch'] | undefined;

function start(env: unknown): Shard['fetch'] {
  const { DATABASE_URL, LIMPET_SHARDS = {}, ...bindings } = parseBindings(env);
  // A Worker that waits for longer is cut off on the way.
  const shelld = { waitMs: limits.waitMsMax, waitMsMax: limits.waitMsMax };
  const shard = (url: string, name?: string): Shard => {
    const query = neonQuery(url, bindings.LIMPET_NEON_ENDPOINT);
    const reached = { query, waits: pollingWaits(), log: jsonLog(console.log), assets: bindings.ASSETS };
    const { LIMPET_ENCRYPTION_KEYS: sealKeys, LIMPET_ENCRYPT: encrypt } = bindings;
    const stored = { sealKeys, encrypt, redact: rulesOf(bindings) };
    const app = createApp({ ...reached, ...stored, settings: { version, shelld, shard: name } });
    return { name, fetch: (request) => app.fetch(request) };
  };
  return sharded([shard(DATABASE_URL), ...Object.entries(LIMPET_SHARDS).map(([name, url]) => shard(url, name))]);
}

export default {
  fetch(request: Request, env: unknown): Response | Promise<Response> {
    answer ??= start(env);
    return answer(request);
  },
};
