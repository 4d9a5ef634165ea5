/** The pure parts of attaching: what of a terminal's output is left out, what is drawn, and how keys are written. */
import headless from '@xterm/headless';
import { describe, expect, test } from 'vitest';
import { leaveScreen, painted } from '../../../cli/attach/paint.ts';
import { QueryFilter } from '../../../cli/attach/queries.ts';
import { keysOf } from '../../../cli/attach/typing.ts';

const filtered = (pieces: string[]) => {
  const filter = new QueryFilter();
  const bytes = [...pieces.map((piece) => filter.push(Buffer.from(piece, 'latin1'))), filter.end()];
  return Buffer.concat(bytes).toString('latin1');
};

describe('what asks the terminal something is left out', () => {
  const questions = [
    '[c',
    '[0c',
    '[>c',
    '[>0c',
    '[=c',
    '[5n',
    '[6n',
    '[?6n',
    '[?2026$p',
    '[>q',
    '[>0q',
    '[?u',
    '[x',
    '[18t',
    '[14;2t',
    ']11;?\x07',
    ']10;?\x1b\\',
    ']4;12;?\x07',
    ']52;c;?\x07',
    'P$qm\x1b\\',
    'P+q544e\x1b\\',
  ].map((text) => `\x1b${text}`);
  test.for([...questions, '\x05'])('%j', (question) => {
    const text = `before${question}after`;
    expect(filtered([text])).toBe('beforeafter');
    for (let cut = 0; cut <= text.length; cut += 1)
      expect(filtered([text.slice(0, cut), text.slice(cut)])).toBe('beforeafter');
  });
});

describe('what shows something stays', () => {
  test.for([
    '\x1b[31mred\x1b[0m',
    '\x1b[2J\x1b[H',
    '\x1b[?1049h',
    '\x1b[8;24;80t',
    '\x1b[2 q',
    '\x1b]0;title\x07',
    '\x1b]11;#fff\x07',
    '\x1b[u',
    '\x1b[s',
    '\x1b',
    'a\x1b[',
    '\xff\xfe\x00',
    '\x1b]0;cut off',
  ])('%j', (text) => {
    for (let cut = 0; cut <= text.length; cut += 1) expect(filtered([text.slice(0, cut), text.slice(cut)])).toBe(text);
  });

  test('a sequence without end is held back up to a limit only', () => {
    const filter = new QueryFilter();
    const length = (text: string) => filter.push(Buffer.from(text, 'latin1')).length;
    expect(length(`\x1b]${'x'.repeat(4094)}`)).toBe(0);
    expect(length('x')).toBe(4097);
  });
});

test('a screen is drawn with its looks, its cursor and its kind, and left again', async () => {
  const terminal = new headless.Terminal({ cols: 20, rows: 4, allowProposedApi: true });
  const write = (text: string) => new Promise<void>((resolve) => terminal.write(text, resolve));
  await write('old text');
  const runs = [
    { col: 2, text: 'red', fg: 1, bold: true as const },
    { col: 6, text: '漢', bg: '#102030' },
  ];
  await write(painted({ alternate: true, lines: [{ runs: [] }, { runs }], cursor: { row: 2, col: 5, visible: true } }));
  const { active } = terminal.buffer;
  const row = active.getLine(1);
  expect([active.type, active.cursorY, active.cursorX, active.getLine(0)?.translateToString(true)]).toEqual([
    'alternate',
    2,
    5,
    '',
  ]);
  expect(row?.translateToString(true)).toBe('  red 漢');
  expect([row?.getCell(2)?.getFgColor(), row?.getCell(2)?.isBold() !== 0, row?.getCell(6)?.getBgColor()]).toEqual([
    1,
    true,
    0x102030,
  ]);
  await write(leaveScreen);
  expect(terminal.buffer.active.type).toBe('normal');
  expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe('old text');
});

test.for([
  ['a', [{ text: 'a' }]],
  ['Enter', [{ text: 'Enter' }]],
  ['\0', ['C-Space']],
  ['a\0\0b', [{ text: 'a' }, 'C-Space', 'C-Space', { text: 'b' }]],
] as const)('%j is typed as %j', ([text, keys]) => {
  expect(keysOf(text)).toEqual(keys);
});
