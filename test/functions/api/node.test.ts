import { describe } from 'vitest';
import { bytes } from './bytes.ts';
import { onNode, useApi } from './fixture.ts';
import { besideHost } from './host.ts';
import { owners } from './owners.ts';
import { records } from './records.ts';
import { refusals } from './refusals.ts';
import { running } from './running.ts';

describe('the API on Node with pg, before any host lives', () => {
  const api = useApi(onNode);
  refusals(api);
  owners(api);
  records(api);
});

describe('the API on Node with pg, with a host', () => {
  const api = useApi(onNode, besideHost);
  running(api);
  bytes(api);
});
