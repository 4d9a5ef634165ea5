/** Sentences on a terminal, whose own line ends fall within words. Pure. */
import { columnsOf } from '../../html/width.ts';

/** The text with line ends between words, where it is wider than this. What stands in backquotes stays together: it is there to be copied. */
export function wrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => wrappedLine(line, columns))
    .join('\n');
}

function wrappedLine(line: string, columns: number): string {
  if (widthOf(line) <= columns) return line;
  const words = line.match(/(?:`[^`]*`|\S)+/g) ?? [];
  const lines: string[] = [];
  let current = '';
  for (const word of words) {
    const longer = current === '' ? word : `${current} ${word}`;
    if (current !== '' && widthOf(longer) > columns) lines.push(current);
    current = current !== '' && widthOf(longer) > columns ? word : longer;
  }
  return [...lines, current].join('\n');
}

function widthOf(text: string): number {
  return Array.from(text).reduce((width, character) => width + columnsOf(character), 0);
}
