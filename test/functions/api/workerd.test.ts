import { afterAll, beforeAll, describe } from 'vitest';
import { type Api, inWorkerd, startApi } from './fixture.ts';
import { owners } from './owners.ts';
import { records } from './records.ts';
import { refusals } from './refusals.ts';

describe('the API in workerd with neon', () => {
  let started: Awaited<ReturnType<typeof startApi>>;
  beforeAll(async () => {
    started = await startApi(inWorkerd);
  });
  afterAll(() => started.stop());
  const api = (): Api => started.api;
  refusals(api);
  owners(api);
  records(api);
});
