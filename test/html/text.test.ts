import { expect, test } from 'vitest';
import { oneLine, visible } from '../../html/text.ts';

test.each([
  ['ls -l\n\tcat é 😀', 'ls -l\n\tcat é 😀'],
  ['\u001b]0;x\u0007\u007f', '␛]0;x␇␡'],
  ['\u009b2J\r', '⟨U+009B⟩2J␍'],
  ['rm \u202etxt.sh\u2066', 'rm ⟨U+202E⟩txt.sh⟨U+2066⟩'],
])('%j is seen as %j', (text, seen) => {
  expect(visible(text)).toBe(seen);
});

test('one line of a text has nothing unseen in it', () => {
  expect(oneLine('a\r\nb\u001b[2J')).toBe('a ⏎ b␛[2J');
});
