import { expect, test } from 'vitest';
import { PlainText } from '../../functions/plainText.ts';

const told = (...pieces: string[]) => {
  const text = new PlainText();
  return pieces.map((piece) => text.add(piece)).join('') + text.rest();
};

test('a text is the same wherever it was cut', () => {
  const text = 'a\u001b[1;31mred\u001b[0m\r\n\u001b]0;title\u001b\\b\rc\u001b(B\u001b]8;;x\u0007d\u001b[K\r\n';
  const plain = 'ared\nb\rcd\n';
  expect(told(text)).toBe(plain);
  for (let at = 1; at < text.length; at += 1) expect(told(text.slice(0, at), text.slice(at))).toBe(plain);
  expect(told(...text)).toBe(plain);
});

test('what is no end of a line stays, and a sequence without end hides nothing for ever', () => {
  expect(told('10%\r', '20%\r')).toBe('10%\r20%\r');
  const text = new PlainText();
  text.add(`\u001b]0;${'x'.repeat(70_000)}`);
  expect(text.add('shown')).toBe('shown');
});
