/** What is sealed opens where it belongs, with its key, and nowhere else. */
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseSealKeys, SealError, seal, sealApart, unseal, unsealApart } from '../../sql/contract.ts';
import { fc, runs } from '../support/fuzz.ts';

const key = (name: string) => `${name}:${randomBytes(32).toString('base64')}`;
const [first, second] = [key('2026-1'), key('2026-2')];
const bytesOf = (text: string) => new Uint8Array(Buffer.from(text));

test('what was sealed opens again, whatever it is, and never looks the same twice', async () => {
  const keys = parseSealKeys(first);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string(), async (given, place) => {
      const bytes = new Uint8Array(given);
      const [one, other] = [await seal(keys, bytes, place), await seal(keys, bytes, place)];
      expect(Buffer.from(one).equals(Buffer.from(other))).toBe(false);
      expect(Buffer.from(await unseal(keys, one, place))).toEqual(Buffer.from(bytes));
    }),
    { numRuns: runs(50) },
  );
});

test('in two parts its data are as long as what was sealed, and open with their own seal alone', async () => {
  const keys = parseSealKeys(first);
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string(), async (given, place) => {
      const [one, other] = [
        await sealApart(keys, new Uint8Array(given), place),
        await sealApart(keys, bytesOf('x'), place),
      ];
      expect(one.data.length).toBe(given.length);
      expect(Buffer.from(await unsealApart(keys, one, place))).toEqual(Buffer.from(given));
      for (const seal of [other.seal, one.seal.slice(0, 8), new Uint8Array()])
        await expect(unsealApart(keys, { data: one.data, seal }, place)).rejects.toThrow(SealError);
    }),
    { numRuns: runs(50) },
  );
});

test('it names its key: older ones open for as long as they are kept, the first one seals', async () => {
  const old = await seal(parseSealKeys(first), bytesOf('x'), 'here');
  const both = parseSealKeys(`${second}, ${first}`);
  expect(Buffer.from(await unseal(both, old, 'here')).toString()).toBe('x');
  const fresh = await seal(both, bytesOf('y'), 'here');
  await expect(unseal(parseSealKeys(first), fresh, 'here')).rejects.toThrow(
    'The encryption key "2026-2" is not known here.',
  );
});

test('altered anywhere, cut, moved to another place or under another key of the same name, it does not open', async () => {
  const keys = parseSealKeys(first);
  const sealed = await seal(keys, bytesOf('a secret'), 'here');
  for (let at = 0; at < sealed.length; at += 1) {
    const altered = sealed.slice();
    altered[at] = (altered[at] ?? 0) ^ 1;
    await expect(unseal(keys, altered, 'here')).rejects.toThrow(SealError);
    await expect(unseal(keys, sealed.slice(0, at), 'here')).rejects.toThrow(SealError);
  }
  await expect(unseal(keys, sealed, 'there')).rejects.toThrow('belongs elsewhere');
  await expect(unseal(parseSealKeys(key('2026-1')), sealed, 'here')).rejects.toThrow(SealError);
});

describe('keys that are none are refused without being repeated', () => {
  const secret = randomBytes(32).toString('base64');
  test.each([
    '',
    'x',
    secret,
    `:${secret}`,
    `a b:${secret}`,
    `a:${secret.slice(4)}`,
    `a:${secret},a:${secret}`,
    `a:${secret},`,
  ])('%s', (text) => {
    expect(() => parseSealKeys(text)).toThrow(/^must be NAME:KEY/);
  });
});
