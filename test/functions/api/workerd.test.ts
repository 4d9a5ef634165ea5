import { describe } from 'vitest';
import { bytes } from './bytes.ts';
import { inWorkerd, useApi } from './fixture.ts';
import { besideHost } from './host.ts';
import { owners } from './owners.ts';
import { records } from './records.ts';
import { refusals } from './refusals.ts';
import { running } from './running.ts';

describe('the API in workerd with neon, before any host lives', () => {
  const api = useApi(inWorkerd);
  refusals(api);
  owners(api);
  records(api);
});

describe('the API in workerd with neon, with a host', () => {
  const api = useApi(inWorkerd, besideHost);
  running(api);
  bytes(api);
});
