/** What limits refuse, tested in limits.test.ts. */
import type { Place } from './attack.ts';

export const limitRows: { threat: string; refused: Place[] }[] = [
  { threat: 'starts processes without end (a fork bomb)', refused: ['account', 'bubblewrap', 'user'] },
  { threat: 'writes a file without end', refused: ['none', 'account', 'bubblewrap', 'user'] },
  { threat: 'fills its directories with files', refused: ['none', 'account', 'bubblewrap', 'user'] },
  { threat: 'takes memory without end, in one process', refused: ['none', 'account', 'bubblewrap', 'user'] },
  { threat: 'takes a processor for ever', refused: ['none', 'account', 'bubblewrap', 'user'] },
];
