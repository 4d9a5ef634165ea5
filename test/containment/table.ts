/** The table of SECURITY.md, from what the attacks promise: `node test/containment/table.ts` writes it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { type Place, places } from './attack.ts';
import { attacks } from './attacks/index.ts';
import { limitRows } from './limitRows.ts';

const file = new URL('../../SECURITY.md', import.meta.url);
const [begin, end] = ['<!-- table: node test/containment/table.ts -->', '<!-- end of table -->'];

/** As it must stand there. */
export function table(): string {
  const columns = Object.keys(places) as Place[];
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const rows = [...attacks, ...limitRows].map(({ threat, refused }) =>
    line([threat, ...columns.map((place) => (refused.includes(place) ? 'refused' : 'not promised'))]),
  );
  return [line(['A command …', ...Object.values(places)]), line(['---', ...columns.map(() => '---')]), ...rows].join(
    '\n',
  );
}

/** The text of SECURITY.md, and with the table as it must be. */
export function security(): { is: string; mustBe: string } {
  const is = readFileSync(file, 'utf8');
  const [before = '', rest = ''] = is.split(begin);
  const after = rest.split(end)[1] ?? '';
  return { is, mustBe: `${before}${begin}\n\n${table()}\n\n${end}${after}` };
}

if (import.meta.main) writeFileSync(file, security().mustBe);
