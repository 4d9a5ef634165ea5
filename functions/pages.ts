/** The pages, for browsers: rows → html/. Forms work without scripts too; htmx asks for fragments with HX-Request. */

import { readCursor } from '../html/live.ts';
import type { AssetUrls } from '../html/page.ts';
import { type SessionFilter, sessionList, sessionsPage } from '../html/sessions.ts';
import { terminalPage } from '../html/terminal.ts';
import { limits } from '../sql/contract.ts';
import { authenticate } from './auth.ts';
import { type Reader, readBlocks } from './blocks.ts';
import { type Edge, type EdgeApp, type EdgeContext, note } from './edge.ts';
import { formRoutes } from './forms.ts';
import { uuidv7 } from './ids.ts';
import { loginRoutes } from './login.ts';
import { cursorOf, delayOf, readNews } from './news.ts';
import { pageProblems } from './page-problems.ts';

/** Commands on one page of a session. */
const blocksPerPage = 50;
const sessionsPerPage = 50;

/** Adds the pages. */
export function pageRoutes(app: EdgeApp, edge: Edge, assets: () => Promise<AssetUrls>): void {
  const { calls } = edge;
  app.use(pageProblems(assets));
  loginRoutes(app, edge, assets);
  for (const path of ['/', '/sessions', '/s', '/s/*']) app.use(path, authenticate());
  formRoutes(app, edge);

  app.get('/', async (c) => {
    const filter = filterOf(c);
    const [list, user] = await Promise.all([listSessions(c, edge, filter), userOf(c, edge)]);
    const now = { ms: Date.now(), origin: new URL(c.req.url).origin };
    return c.html(sessionsPage(await assets(), user, list, filter, now));
  });

  app.get('/sessions', async (c) => {
    const filter = filterOf(c);
    return c.html(sessionList(await listSessions(c, edge, filter), filter, Date.now()));
  });

  app.get('/s/:session', async (c) => {
    const [reader, session, user] = await Promise.all([
      readerOf(c, edge),
      calls.readSession(c.get('credential'), c.req.param('session')),
      userOf(c, edge),
    ]);
    note(c, { session_id: session.id });
    const before = Number(c.req.query('before') ?? 0);
    const end = Number.isSafeInteger(before) && before > 0 ? Math.min(before - 1, session.commands) : session.commands;
    const isNewest = end === session.commands;
    const start = Math.max(0, end - blocksPerPage);
    const page = { after: Math.max(0, start - 1), limit: end - start + 1 };
    const { items } =
      page.limit > 0 ? await calls.listSessionCommands(reader.credential, session.id, page) : { items: [] };
    const rows = items.filter(({ seq }) => seq > start && seq <= end);
    const blocks = await readBlocks(reader, rows, items.find(({ seq }) => seq === start)?.cwd ?? null, session.cwd);
    const cursor = cursorOf(session, blocks, end);
    const delayMs = isNewest ? delayOf(session, cursor) : undefined;
    return c.html(terminalPage(await assets(), user, { session, blocks, cursor, delayMs, isNewest, key: uuidv7() }));
  });

  app.get('/s/:session/tail', async (c) => {
    const news = await readNews(readerOf(c, edge), c.req.param('session'), readCursor(c.req.query()));
    return c.html(news.join(''));
  });
}

function readerOf(c: EdgeContext, { calls }: Edge): Reader {
  return { calls, credential: c.get('credential') };
}

async function userOf(c: EdgeContext, { calls }: Edge): Promise<string> {
  return (await calls.whoami(c.get('credential'))).key_name;
}

function listSessions(c: EdgeContext, { calls }: Edge, { q, state, cursor }: SessionFilter) {
  return calls.listSessions(c.get('credential'), {
    q,
    state,
    cursor,
    limit: Math.min(sessionsPerPage, limits.pageSizeMax),
  });
}

/** Empty fields of the form are no filter. */
function filterOf(c: EdgeContext): SessionFilter {
  const field = (name: string) => c.req.query(name)?.slice(0, 256) || undefined;
  return { q: field('q'), state: field('state'), cursor: field('cursor') };
}
