import { expect, test } from 'vitest';
import { parseBindings } from '../../functions/env.ts';
import manifest from '../../package.json' with { type: 'json' };
import { version } from '../../sql/contract.ts';

test('the bindings are parsed once and frozen', () => {
  const bindings = parseBindings({ DATABASE_URL: 'postgresql://u:p@h/d', OTHER: 1 });
  expect(bindings).toEqual({ DATABASE_URL: 'postgresql://u:p@h/d', LIMPET_ENCRYPT: false });
  expect(Object.isFrozen(bindings)).toBe(true);
});

test.each([
  [{}, 'limpet cannot start: DATABASE_URL is not set: run "wrangler secret put DATABASE_URL".'],
  [
    { DATABASE_URL: 'mysql://secret' },
    'limpet cannot start: DATABASE_URL must begin with postgres:// or postgresql://.',
  ],
  [
    { DATABASE_URL: 'postgres://h', LIMPET_ENCRYPT: '1' },
    'limpet cannot start: LIMPET_ENCRYPT needs a key: set LIMPET_ENCRYPTION_KEYS, too.',
  ],
])('%j is refused with a sentence that tells no value', (env, sentence) => {
  expect(() => parseBindings(env)).toThrow(sentence);
});

test('the version is that of the package', () => {
  expect(version).toBe(manifest.version);
});
