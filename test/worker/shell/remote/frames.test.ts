import { describe, expect, test } from 'vitest';
import { FrameReader, numberOf } from '../../../../worker/shell/remote/frames.ts';

const secret = '123456';
const text = `Welcome!\nno end${secret} hello L3RtcA== QQo=\nnoise\n${secret} out c1 AAEC\n${secret} pong\n`;
const frames = [
  { kind: 'hello', words: ['L3RtcA==', 'QQo='] },
  { kind: 'out', words: ['c1', 'AAEC'] },
  { kind: 'pong', words: [] },
];

describe('what the agent says is found among what others say', () => {
  test('wherever it is cut, and the rest is kept to tell what went wrong', () => {
    for (let cut = 0; cut <= text.length; cut++) {
      const reader = new FrameReader(secret);
      const found = [reader.push(Buffer.from(text.slice(0, cut))), reader.push(Buffer.from(text.slice(cut)))];
      expect(found.flat()).toEqual(frames);
      expect(reader.noise).toBe('Welcome!\nno endnoise\n');
    }
  });

  test('and nothing else is taken for it', () => {
    const reader = new FrameReader(secret);
    expect(reader.push(Buffer.from('ended 0 ran\n12345 ended 0 ran\n'))).toEqual([]);
  });

  test('also after a line without end, of which nothing is kept', () => {
    const reader = new FrameReader(secret);
    for (let pushed = 0; pushed < 64; pushed++) reader.push(Buffer.alloc(64 * 1024, 'x'));
    expect(reader.push(Buffer.from(`\n${secret} pong\n`))).toEqual([{ kind: 'pong', words: [] }]);
    expect(reader.noise.length).toBeLessThan(4096);
  });
});

test('a number is one, and no greater than it may be', () => {
  const read = ['0', '255', '256', '', '-1', '1e2', ' 1', 'NaN', '9999999999', undefined].map((word) =>
    numberOf(word, 255),
  );
  expect(read).toEqual([0, 255, ...Array(8).fill(null)]);
});
