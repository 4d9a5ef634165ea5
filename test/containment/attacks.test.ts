/** Every attack, wherever it is promised to fail: against real hosts, through the API and from their shells. */
import { afterAll, beforeAll, describe, test } from 'vitest';
import { ownAccount } from '../../worker/account.ts';
import { findPossible } from '../../worker/sandbox/profile.ts';
import { Shell } from '../behaviour/shell.ts';
import { type Fleet, openFleet } from '../support/openFleet.ts';
import { type Place, places, type Scene } from './attack.ts';
import { limit as openFiles } from './attacks/descriptors.ts';
import { attacks } from './attacks/index.ts';

const isRoot = process.getuid?.() === 0;
/** Somebody who is not root, and no session's account. */
const userUid = 1_878_999_999;
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const { problem } = findPossible(isRoot ? ownAccount(userUid) : { name: 'user', isOwn: false }, path);
/** `none` is tried where it is not root's. */
const missing: Record<Place, string | undefined> = {
  none: undefined,
  account: isRoot ? undefined : 'the tests are not root',
  bubblewrap: isRoot ? problem : 'the tests are not root',
  user: problem,
};

let fleet: Fleet;
beforeAll(async () => {
  fleet = await openFleet({});
});
afterAll(() => fleet.stop());

describe.for(Object.keys(places) as Place[])('in %s', (place) => {
  const reason = missing[place];
  let scene: Omit<Scene, 'attacker'>;
  beforeAll(async () => {
    if (reason === undefined) scene = await setScene(place);
  });
  for (const { threat, refused, run } of attacks.filter(({ refused }) => refused.includes(place))) {
    test(`a command that ${threat} fails${reason ? ` (not tried: ${reason})` : ''}`, async ({ skip }) => {
      if (reason) skip(reason);
      const attacker = await scene.open();
      await run({ ...scene, attacker });
      await attacker.close();
    });
    void refused;
  }
});

async function setScene(place: Place): Promise<Omit<Scene, 'attacker'>> {
  const isUser = place === 'user' || place === 'none';
  const sandbox = place === 'user' ? 'bubblewrap' : place;
  const env = { LIMPET_POOL: place, LIMPET_SANDBOX: sandbox, LIMPET_LIMIT_OPEN_FILES: String(openFiles) };
  const host = await fleet.host(place, { env, ...(isUser && isRoot && { uid: userUid }) });
  const open = (options: object = {}) => Shell.open(fleet.api, { pool: place, ...options });
  const [edgeUrl, databaseUrl] = [fleet.api.url, fleet.postgres.url];
  return { place, host, victim: await open(), open, edgeUrl, databaseUrl };
}
