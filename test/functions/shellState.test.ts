import { describe, expect, test } from 'vitest';
import { readArray, readWord } from '../../functions/bashWords.ts';
import { initialState, parseState } from '../../functions/shellState.ts';

describe("bash's words", () => {
  test.each([
    ['plain', 'plain'],
    ['"a b"', 'a b'],
    ['"\\"\\$x\\`\\\\ \\n"', '"$x`\\ \\n'],
    ["'it'\\''s'", "it's"],
    ["$'a\\nb\\t\\'\\\\\\E[0m\\001\\377\\x41'", "a\nb\t'\\\x1b[0m\x01\xffA"],
    ['a\\ b', 'a b'],
    ['""', ''],
  ])('%j is %j', (printed, value) => {
    expect(readWord(printed)).toEqual({ value, end: printed.length });
  });

  test('one ends where a blank begins that is not quoted', () => {
    expect(readWord("'a b' c")).toEqual({ value: 'a b', end: 5 });
  });

  test('elements have their keys, whatever is in them', () => {
    expect(readArray(`([0]="a" [7]=$'b\\n' )`)).toEqual([
      ['0', 'a'],
      ['7', 'b\n'],
    ]);
    expect(readArray('(["x y"]="]" [k]="[0]=\\"no\\"" )')).toEqual([
      ['x y', ']'],
      ['k', '[0]="no"'],
    ]);
    expect(readArray('()')).toEqual([]);
  });
});

describe('a state', () => {
  const state = (...parts: string[]) => parseState(new TextEncoder().encode(parts.map((part) => `${part}\0`).join('')));

  test('has its variables with their attributes', () => {
    const { variables } = state(
      'declare -x A="1 é"',
      'declare -- B',
      'declare -air C=([0]="1" [1]="2")',
      'declare -A D=([k]="v" )',
    );
    expect(variables).toEqual([
      { name: 'A', attributes: ['exported'], value: '1 é' },
      { name: 'B', attributes: [], value: null },
      { name: 'C', attributes: ['array', 'integer', 'readonly'], value: { 0: '1', 1: '2' } },
      { name: 'D', attributes: ['associative'], value: { k: 'v' } },
    ]);
  });

  test('has all else that a shell begins with', () => {
    const body = '{ \n    declare -x A="1"\n}';
    expect(
      state(
        "builtin cd -- '/tmp'",
        'builtin umask 0022',
        'unset -v GONE',
        `f () \n${body}\n`,
        `function a-b () \n${body}\ndeclare -fx a-b\n`,
        "builtin alias ll='ls -l'",
        "builtin alias __proto__='x'",
        "__limpet_options 'braceexpand:errexit' 'extglob'",
        "builtin trap -- 'echo '\\''bye'\\''' EXIT",
      ),
    ).toMatchObject({
      umask: '0022',
      variables: [],
      unset: ['GONE'],
      functions: [
        { name: 'f', definition: `f () \n${body}` },
        { name: 'a-b', definition: `function a-b () \n${body}\ndeclare -fx a-b` },
      ],
      options: { set: ['braceexpand', 'errexit'], shopt: ['extglob'] },
      traps: [{ signal: 'EXIT', command: "echo 'bye'" }],
    });
  });

  test('may have aliases of any name', () => {
    expect(JSON.stringify(state("builtin alias __proto__='x'", "builtin alias a='b'").aliases)).toBe(
      '{"__proto__":"x","a":"b"}',
    );
  });

  test('that was never recorded is what the session was given', () => {
    expect(initialState({ A: '1' })).toMatchObject({
      umask: null,
      variables: [{ name: 'A', attributes: ['exported'], value: '1' }],
      options: null,
    });
  });
});
