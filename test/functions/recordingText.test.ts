import { describe, expect, test } from 'vitest';
import { RecordingText } from '../../functions/recordingText.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const prompt = '\u001b[1m$\u001b[0m ';
const note = (text: string) => `\u001b[2m[${text}]\u001b[0m\r\n`;

describe('a session without a terminal', () => {
  test('has a prompt, its lines begin at the left, and a command that went well says no more', () => {
    const text = new RecordingText(false);
    expect(text.command('ls\n')).toBe(`${prompt}ls\r\n`);
    expect(text.output('1 1', bytes('a\nb\n'), 0)).toBe('a\r\nb\r\n');
    expect(text.end(1, 'exited 0')).toBe('');
  });

  test('shows the further lines of a command, and its control characters as text', () => {
    const text = new RecordingText(false);
    expect(text.command('cat <<X\n\u001b[2J\u0007\u009b\tend\nX')).toBe(
      `${prompt}cat <<X\r\n\u001b[1m>\u001b[0m ^[[2J^G\\x9b\tend\r\n\u001b[1m>\u001b[0m X\r\n`,
    );
  });

  test('begins a new line after output that did not end one, and tells how it ended', () => {
    const text = new RecordingText(false);
    text.command('printf x; false');
    expect(text.output('1 1', bytes('x'), 0)).toBe('x');
    expect(text.end(1, 'exited 1')).toBe(`\r\n${note('exited 1')}`);
    expect(text.command('true')).toBe(`${prompt}true\r\n`);
    expect(text.end(2, 'lost')).toBe(note('lost'));
  });

  test('tells how much was dropped, where it was', () => {
    const text = new RecordingText(false);
    expect(text.output('1 1', bytes('head'), 0)).toBe('head');
    expect(text.output('1 1', bytes('tail\n'), 100)).toBe(`\r\n${note('96 bytes were dropped')}tail\r\n`);
    expect(text.output('1 2', bytes('e\n'), 0)).toBe('e\r\n');
  });

  test('has characters whole that came in two pieces, each stream by itself', () => {
    const text = new RecordingText(false);
    const [first, ...rest] = bytes('é');
    expect(text.output('1 1', Uint8Array.of(first ?? 0), 0)).toBe('');
    expect(text.output('1 2', bytes('err'), 0)).toBe('err');
    expect(text.output('1 1', Uint8Array.from(rest), 1)).toBe('é');
    text.output('1 1', Uint8Array.of(0xc3), 2);
    expect(text.end(1, 'exited 0')).toBe('\ufffd');
  });

  test('keeps a character that never ended', () => {
    const text = new RecordingText(false);
    text.output('late x stdout', Uint8Array.of(0xc3));
    expect([text.rest(), text.rest()]).toEqual(['\ufffd', '']);
  });
});

test('what a terminal showed stays as it was', () => {
  const text = new RecordingText(true);
  expect([text.command('vi'), text.output('1 1', bytes('a\nb\r\n\u001b[2J'), 0), text.end(1, 'exited 1')]).toEqual([
    '',
    'a\nb\r\n\u001b[2J',
    '',
  ]);
});
