/** Workers entry: env → database → app. */
import { limits } from '../sql/contract.ts';
import { createApp } from './app.ts';
import { neonQuery } from './database.ts';
import type { EdgeApp } from './edge.ts';
import { parseBindings } from './env.ts';
import { jsonLog } from './log.ts';
import { version } from './version.ts';
import { pollingWaits } from './waits.ts';

let app: EdgeApp | undefined;

function start(env: unknown): EdgeApp {
  const bindings = parseBindings(env);
  const { DATABASE_URL, LIMPET_NEON_ENDPOINT, LIMPET_ENCRYPTION_KEYS: sealKeys, LIMPET_ENCRYPT: encrypt } = bindings;
  const query = neonQuery(DATABASE_URL, LIMPET_NEON_ENDPOINT);
  // A Worker that waits for longer is cut off on the way.
  const shelld = { waitMs: limits.waitMsMax, waitMsMax: limits.waitMsMax };
  const settings = { version, shelld };
  const reached = { query, waits: pollingWaits(), log: jsonLog(console.log), assets: bindings.ASSETS };
  return createApp({ ...reached, settings, sealKeys, encrypt });
}

export default {
  fetch(request: Request, env: unknown): Response | Promise<Response> {
    app ??= start(env);
    return app.fetch(request);
  },
};
