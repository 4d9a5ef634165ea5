/** Workers entry: env → database → app. */
import { createApp } from './app.ts';
import { neonQuery } from './database.ts';
import type { EdgeApp } from './edge.ts';
import { parseBindings } from './env.ts';
import { jsonLog } from './log.ts';
import { version } from './version.ts';
import { pollingWaits } from './waits.ts';

let app: EdgeApp | undefined;

function start(env: unknown): EdgeApp {
  const { DATABASE_URL, LIMPET_NEON_ENDPOINT, ASSETS } = parseBindings(env);
  const query = neonQuery(DATABASE_URL, LIMPET_NEON_ENDPOINT);
  return createApp({ query, waits: pollingWaits(), log: jsonLog(console.log), settings: { version }, assets: ASSETS });
}

export default {
  fetch(request: Request, env: unknown): Response | Promise<Response> {
    app ??= start(env);
    return app.fetch(request);
  },
};
