/** An app whose database stands in for one that fails or counts: what no real one does on demand. */
import { createApp } from '../../functions/app.ts';
import { pollingWaits } from '../../functions/waits.ts';
import type { Query } from '../../sql/contract.ts';

export function appWith(query: Query) {
  const logged: { level: string; event: string; [field: string]: unknown }[] = [];
  const calls: { text: string; values: readonly unknown[] }[] = [];
  const app = createApp({
    query: (text, values) => {
      calls.push({ text, values });
      return query(text, values);
    },
    waits: pollingWaits(),
    log: (level, event, fields) => void logged.push({ level, event, ...fields }),
    settings: { version: '0' },
  });
  return { app, logged, calls };
}
export const answers = (result: unknown) => appWith(async () => [{ result }]);
export const fails = (error: Error) => appWith(() => Promise.reject(error));
