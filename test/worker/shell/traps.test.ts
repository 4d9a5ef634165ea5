import { performance } from 'node:perf_hooks';
import { expect, test } from 'vitest';
import { mayTrapInterrupt } from '../../../worker/shell/traps.ts';

test.each([
  [`trap 'echo INT' INT`],
  [`trap '' SIGINT`],
  ['trap cleanup exit int term'],
  ['trap cleanup EXIT 2'],
  ['trap cleanup 2 15; sleep 30'],
  ['trap "" 2>/dev/null 2'],
  [`trap '' "2"`],
  [`trap ':' 2&& sleep 30`],
  ['(trap : 2); sleep 30'],
  ['f() { trap : 2; }; f'],
  [`eval "trap : 2"; echo "on"`],
  [`trap $'it\\'s' 2`],
  ["trap 'echo a\necho b' INT"],
  ["trap '\nsleep 1; echo b\n' 2"],
  ['trap : \\\n  INT'],
  ['true; trap : EXIT; trap : 2'],
  ["trap 'echo bye; exit' EXIT INT"],
])('%j may trap an interrupt', (text) => {
  expect(mayTrapInterrupt(text)).toBe(true);
});

test.each([
  [`trap ':' EXIT; sleep 30 2>/dev/null`],
  [`echo 'a trap'; sleep 30 2>/dev/null`],
  [`trap ':' EXIT 2>/dev/null`],
  [`trap 'echo bye >&2' EXIT; sleep 30`],
  [`trap 'sleep 2; rm -rf "$dir"' EXIT`],
  ['trap cleanup EXIT; while :; do sleep 2; done'],
  ['trap cleanup EXIT && sleep 2'],
  ['trap cleanup EXIT\nsleep 2'],
  ['trap : USR2 12 20'],
  ['mousetrap INT'],
  ['kill -INT 2'],
  ['sleep 2'],
])('%j does not', (text) => {
  expect(mayTrapInterrupt(text)).toBe(false);
});

test.each([['trap '], [`trap '`], ['trap \\'], ['trap\n'], ['trap "2']])('a MiB of %j takes no time', (text) => {
  const began = performance.now();
  mayTrapInterrupt(text.repeat(2 ** 20 / text.length));
  expect(performance.now() - began).toBeLessThan(2000);
});
