/** Secrets in a stream: gone however it is cut, and everything else is there. */
import { expect, test } from 'vitest';
import { Redactor } from '../../worker/redactor.ts';
import { withoutSecrets } from '../../worker/secrets.ts';
import { fc, runs } from '../support/fuzz.ts';

const secrets = new Map([
  ['TOKEN', 'abcabcabd'],
  ['LONGER', 'abcabcabdxyz'],
  ['ODD', 'a$(b)*é\n"\\q'],
]);

function through(text: Uint8Array, cuts: number[]): string {
  const redactor = new Redactor(secrets);
  const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
  const pieces = places.slice(1).map((to, at) => redactor.push(text.slice(places[at], to)));
  return Buffer.concat([...pieces, redactor.end()]).toString();
}

const told = (text: string) =>
  text
    .replaceAll('abcabcabdxyz', '[secret LONGER]')
    .replaceAll('abcabcabd', '[secret TOKEN]')
    .replaceAll('a$(b)*é\n"\\q', '[secret ODD]');

test('cut at every byte, a text gives the same', () => {
  for (const text of [
    'x abcabcabdxyz y abcabcabd',
    'abcabcabcabdxyabcabcab',
    'a$(b)*é\n"\\qa$(b)*é\n"\\',
    'abcabcabd',
  ]) {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut += 1)
      expect(through(bytes, [cut]), `${text} at ${cut}`).toBe(told(text));
  }
});

test('cut anywhere, any text gives the same', () => {
  const parts = fc.constantFrom('abc', 'abcabcabd', 'xyz', 'abd', 'a', 'b', ' ', '\n', 'a$(b)*é\n"\\q', 'é', '"');
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 12 }), fc.array(fc.nat(60), { maxLength: 6 }), (some, cuts) => {
      const bytes = Buffer.from(some.join(''));
      expect(
        through(
          bytes,
          cuts.filter((cut) => cut <= bytes.length),
        ),
      ).toBe(told(some.join('')));
    }),
    { numRuns: runs(500) },
  );
});

test('bytes that are no text pass as they are, and what cannot be part of a secret is not kept waiting', () => {
  const redactor = new Redactor(secrets);
  const bytes = Buffer.from([0, 255, 128, 10]);
  expect(Buffer.from(redactor.push(bytes))).toEqual(bytes);
  expect(Buffer.from(redactor.push(Buffer.from('hello\n'))).toString()).toBe('hello\n');
  expect(redactor.isHolding).toBe(false);
});

test('a state loses the variables, and whatever else holds a value, however bash writes it', () => {
  const parts = [
    'builtin umask 0022',
    'declare -x TOKEN="changed"',
    'declare -- COPY="say abcabcabd"',
    `declare -- ODDCOPY=$'a$(b)*\\303\\251\\n"\\\\q'`,
    'f () \n{ \n    curl -H abcabcabdxyz\n}',
    'declare -- KEPT="abc"',
  ];
  const state = Buffer.from(parts.map((part) => `${part}\0`).join(''), 'latin1');
  const kept = Buffer.from(withoutSecrets(state, secrets)).toString('latin1').split('\0').slice(0, -1);
  expect(kept).toEqual(['builtin umask 0022', 'declare -- KEPT="abc"']);
  expect(withoutSecrets(state, new Map())).toBe(state);
});
