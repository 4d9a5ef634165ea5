/** The whole stack for tests of the pages: Postgres, the edge and one host with real shells. */
import { afterAll, beforeAll } from 'vitest';
import { asOwner, makeLoginPath } from '../../cli/admin.ts';
import { type Adapter, type Api, onNode, startApi } from '../functions/api/fixture.ts';
import { besideHost } from '../functions/api/host.ts';

/** What a test of pages uses. */
export interface Site extends Api {
  /** A fresh link that logs a browser in, once. */
  loginLink(): Promise<string>;
}

/** Starts an edge, with a host unless told otherwise, for the tests of a `describe` or a file, and stops it after them. */
export function useSite(adapter: Adapter = onNode, withHost = true): () => Site {
  let started: Awaited<ReturnType<typeof startApi>> | undefined;
  beforeAll(async () => {
    started = await startApi(adapter, withHost ? besideHost : undefined);
  });
  afterAll(() => started?.stop());
  return () => {
    if (!started) throw new Error('the site has not started');
    const { api, databaseUrl } = started;
    return { ...api, loginLink: async () => api.url + (await asOwner(databaseUrl, makeLoginPath)) };
  };
}
