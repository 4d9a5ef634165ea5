/** Which profile a host's shells have, and a key's. */
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostAccount, ownAccount } from '../../worker/account.ts';
import { parseHostConfig } from '../../worker/config.ts';
import { bubblewrapWords } from '../../worker/sandbox/bubblewrap.ts';
import { chooseProfile, findPossible, type LocalProfile, stronger } from '../../worker/sandbox/profile.ts';
import { describeReached } from '../../worker/sandbox/reached.ts';
import { Shell } from '../behaviour/shell.ts';
import { call } from '../functions/api/client.ts';
import { type Fleet, openFleet } from '../support/openFleet.ts';
import { usualSandbox } from '../support/sandbox.ts';

const isRoot = process.getuid?.() === 0;
const works = (...profiles: LocalProfile[]) => ({ works: new Set(profiles), problem: 'there is none' });

const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const { isStrict, problem } = findPossible(isRoot ? ownAccount(1_878_999_998) : hostAccount(), path);
const told = spawnSync('bwrap', ['--version'], { encoding: 'utf8', env: { PATH: path } });
/** Of the bubblewrap that is installed. */
const version =
  /(\d+)\.(\d+)/
    .exec(told.stdout ?? '')
    ?.slice(1)
    .map(Number) ?? null;

test('the strongest that works is taken, and what was asked for or nothing', () => {
  expect(chooseProfile('auto', works('none'))).toBe('none');
  expect(chooseProfile('auto', works('none', 'account'))).toBe('account');
  expect(chooseProfile('auto', works('none', 'bubblewrap'))).toBe('bubblewrap');
  expect(chooseProfile('none', works('none', 'account', 'bubblewrap'))).toBe('none');
  expect(() => chooseProfile('bubblewrap', works('none'))).toThrow(/LIMPET_SANDBOX=bubblewrap .*there is none/);
  expect(() => chooseProfile('account', works('none'))).toThrow(/only root/);
});

test('of two the stronger counts', () => {
  expect(stronger('none', 'account')).toBe('account');
  expect(stronger('bubblewrap', 'account')).toBe('bubblewrap');
});

test('where bubblewrap is not installed that is found out, and said', () => {
  const { works: found, problem } = findPossible(hostAccount(), '/nowhere');
  expect([...found]).toEqual(isRoot ? ['none', 'account'] : ['none']);
  expect(problem).toMatch(/ENOENT/);
});

test.skipIf(version === null)(
  'namespaces are kept from those behind walls where bubblewrap can do that, and only there',
  () => {
    const [major = 0, minor = 0] = version ?? [];
    const walls = { isStrict: isStrict ?? false, network: false, hidden: [], shown: [] };
    const words = bubblewrapWords(walls, { home: '/usr', tmp: '/usr', directory: '/usr', terminal: undefined });
    if (problem === undefined) expect(isStrict).toBe(major > 0 || minor >= 8);
    expect(words.includes('--disable-userns')).toBe(isStrict ?? false);
  },
);

test('a limit that was reached is named with its setting', () => {
  const { limits } = parseHostConfig({ connectionString: 'x', workDir: '/x', limits: { fileBytes: 2 ** 20 } });
  expect(describeReached([], 0, limits)).toBeNull();
  expect(describeReached([], 137, limits)).toBeNull();
  expect(describeReached([], 153, limits)).toMatch(/1048576 bytes.*\(LIMPET_LIMIT_FILE\)/);
  expect(describeReached(['memoryBytes'], 137, limits)).toMatch(/memory.*\(LIMPET_LIMIT_MEMORY\)/);
});

test.for([
  ['memoryBytes', 16 * 2 ** 20],
  ['processes', 8],
  ['cpuSeconds', 1],
  ['fileBytes', 2 ** 20],
  ['openFiles', 64],
  ['diskBytes', 2 ** 20],
] as const)('the limit %s may be %i, and no less', ([name, least]) => {
  const parse = (value: number) => parseHostConfig({ connectionString: 'x', workDir: '/x', limits: { [name]: value } });
  expect(parse(least).limits[name]).toBe(least);
  expect(() => parse(least - 1)).toThrow(name);
});

describe('a key', () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await openFleet({});
    await fleet.host('usual');
  });
  afterAll(() => fleet.stop());

  test('that asks for a stronger profile has it, or no shell and the reason', async () => {
    const json = { name: randomUUID(), scopes: ['execute'], sandbox: 'bubblewrap' };
    const made = await call<{ key: string }>(fleet.api, 'POST', '/v1/keys', { json });
    const walled = await Shell.open({ ...fleet.api, key: made.body.key });
    const usual = await Shell.open(fleet.api);
    await usual.run('true');
    expect((await usual.session()).sandbox?.profile).toBe(usualSandbox);
    const ended = await walled.run('echo on');
    if (ended.stdout === 'on\n') expect((await walled.session()).sandbox?.profile).toBe('bubblewrap');
    else expect(ended.problem).toMatch(/bubblewrap does not work on this machine/);
    if (isStrict) expect(await walled.run('unshare --user true')).toMatchObject({ exit_code: 1, stdout: '' });
  });
});
