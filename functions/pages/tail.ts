/** What a session's page asks for while it is open. */
import { liveElement, readCursor, writeCursor } from '../../html/live.ts';
import { type Edge, type EdgeContext, givenUp } from '../edge.ts';
import { hold } from './hold.ts';
import { type News, readNews } from './news.ts';
import { delayOf, isOpen } from './pace.ts';
import { Silences } from './silences.ts';

/** Makes the function that answers a page's live element: what is new, and the next element. */
export function tailOf(edge: Edge): (c: EdgeContext, id: string) => Promise<string> {
  const silences = new Silences<News>();
  edge.closing?.addEventListener('abort', () => silences.clear(), { once: true });
  return async (c, id) => {
    const { session, parts, cursor } = await readTail(c, edge, id, silences);
    return [...parts, liveElement(session.id, cursor, delayOf(session, cursor, edge.waits.hears))].join('');
  };
}

/** What is new on the page, at the latest when it is time to ask again. */
async function readTail(c: EdgeContext, edge: Edge, id: string, silences: Silences<News>): Promise<News> {
  const { calls, waits } = edge;
  const reader = { calls, credential: c.get('credential') };
  const shown = readCursor(c.req.query());
  const pageWith = (cursor: News['cursor']) => [reader.credential.join(), id, writeCursor(cursor)].join(' ');
  const kept = silences.take(pageWith(shown));
  const wait = kept?.wait ?? waits.expect(id);
  let isKept = false;
  try {
    const signal = givenUp(c, edge);
    const known = await hold({
      read: () => readNews(reader, id, shown),
      isNews: ({ isNew }) => isNew,
      isOpen: ({ session, cursor }) => isOpen(session, cursor),
      watch: (ms) => calls.watchSession(reader.credential, id, ms),
      wait,
      isHearing: () => waits.hears,
      signal,
      known: kept?.known,
    });
    const { news } = known;
    const isSilent = !news.isNew && !isOpen(news.session, news.cursor) && !signal.aborted && waits.hears;
    isKept = isSilent && silences.keep(pageWith(news.cursor), { known, wait });
    return news;
  } finally {
    if (!isKept) wait.release();
  }
}
