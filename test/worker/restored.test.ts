import { describe, expect, test } from 'vitest';
import { relocated, restorable } from '../../worker/restored.ts';

const theirs = '/var/lib/limpet/sessions/01a1fddd-4053-7189-b99e-2680411f6acc';
const home = "/it's/sessions/01a1fddd-4053-7189-b99e-000000000000";
const state = (...parts: string[]) => Buffer.from(parts.map((part) => `${part}\0`).join(''));
const restored = (...parts: string[]) => Buffer.from(restorable(state(...parts), home));

test('the HOME and the id that a shell was given are not restored into another', () => {
  const mine = ["builtin cd -- '/tmp'", 'declare -x A="1"'];
  const given = [`declare -x HOME="${theirs}"`, 'declare -x LIMPET_SESSION_ID="01a1fddd"'];
  expect(restored(...mine, ...given)).toEqual(state(...mine));
});

describe("what was in the session's own directory is in the new one's", () => {
  const quoted = home.replace("'", "'\\''");
  test.each([
    [`builtin cd -- '${theirs}'`, `builtin cd -- '${quoted}'`],
    [`builtin cd -- '${theirs}/a'\\''b'`, `builtin cd -- '${quoted}/a'\\''b'`],
    [`declare -x OLDPWD="${theirs}/a"`, `declare -x OLDPWD="${home}/a"`],
  ])('%j', (before, after) => {
    expect(restored(before).toString()).toBe(`${after}\0`);
  });

  test('and a path alone', () => {
    expect([theirs, `${theirs}/a`, `${theirs}x`, '/tmp'].map((path) => relocated(path, home))).toEqual([
      home,
      `${home}/a`,
      `${theirs}x`,
      '/tmp',
    ]);
  });
});

test.each([
  'declare -x HOME="/srv/sessions/mine"',
  `declare -- HOME="${theirs}"`,
  `declare -x PLACES="${theirs}"`,
  `builtin cd -- '${theirs}x'`,
  `f () \n{ \n    declare -x HOME="${theirs}"\n}`,
])('%j is the user’s own and stays', (part) => {
  expect(restored('builtin umask 0022', part)).toEqual(state('builtin umask 0022', part));
});

test('bytes that are no text stay as they are', () => {
  const bytes = Buffer.concat([Buffer.from('declare -- X="'), Buffer.of(0xff, 0xc3), Buffer.from('"\0')]);
  expect(Buffer.from(restorable(bytes, home))).toEqual(bytes);
});
