/** What a client of shelld meets, wherever the edge runs. */
import { describe } from 'vitest';
import { type Adapter, type Api, useApi } from '../api/fixture.ts';
import { besideHost } from '../api/host.ts';
import { executing } from './executing.ts';
import { printing } from './printing.ts';
import { states } from './states.ts';

/** Declares all tests for one adapter, and those of its own. */
export function shelldSuite(adapter: Adapter, own: (api: () => Api) => void = () => {}): void {
  describe(`the surface of shelld on ${adapter.name}`, () => {
    const api = useApi(adapter, besideHost);
    describe('in each state', () => states(api));
    describe('executes', () => executing(api));
    describe('prints', () => printing(api));
    own(api);
  });
}
