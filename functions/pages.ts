/** The pages, for browsers: rows → html/. Forms work without scripts too; htmx asks for fragments with HX-Request. */

import { readCursor } from '../html/live.ts';
import type { AssetUrls } from '../html/page.ts';
import { type SessionFilter, sessionList, sessionsPage } from '../html/sessions.ts';
import { type Terminal, terminalPage } from '../html/terminal.ts';
import { limits } from '../sql/contract.ts';
import { authenticate } from './auth.ts';
import { type Reader, readBlocks } from './blocks.ts';
import { type Edge, type EdgeApp, type EdgeContext, note } from './edge.ts';
import { formRoutes } from './forms.ts';
import { uuidv7 } from './ids.ts';
import { loginRoutes } from './login.ts';
import { cursorOf, delayOf, readNews } from './news.ts';
import { pageProblems } from './pageProblems.ts';

/** Commands on one page of a session. */
const blocksPerPage = 50;
const sessionsPerPage = 50;

/** Adds the pages. */
export function pageRoutes(app: EdgeApp, edge: Edge, assets: () => Promise<AssetUrls>): void {
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
    const [terminal, user] = await Promise.all([readTerminal(c, edge), userOf(c, edge)]);
    note(c, { session_id: terminal.session.id });
    return c.html(terminalPage(await assets(), user, terminal));
  });

  app.get('/s/:session/tail', async (c) => {
    const news = await readNews(readerOf(c, edge), c.req.param('session'), readCursor(c.req.query()));
    return c.html(news.join(''));
  });
}

/** A session with its last commands, or with the last before the seq that the address asks for. */
async function readTerminal(c: EdgeContext, edge: Edge): Promise<Terminal> {
  const reader = readerOf(c, edge);
  const session = await edge.calls.readSession(reader.credential, c.req.param('session') ?? '');
  const before = Number(c.req.query('before') ?? 0);
  const isAsked = Number.isSafeInteger(before) && before > 0;
  const end = isAsked ? Math.min(before - 1, session.commands) : session.commands;
  const start = Math.max(0, end - blocksPerPage);
  // With the one before the first: where it left the shell, the first began.
  const page = { after: Math.max(0, start - 1), limit: Math.max(1, end - start + 1) };
  const { items } = await edge.calls.listSessionCommands(reader.credential, session.id, page);
  const rows = items.filter(({ seq }) => seq > start && seq <= end);
  const directory = items.find(({ seq }) => seq === start)?.cwd ?? null;
  const blocks = await readBlocks(reader, rows, directory, session.cwd);
  const cursor = cursorOf(session, blocks, end);
  const isNewest = end === session.commands;
  return { session, blocks, cursor, isNewest, delayMs: isNewest ? delayOf(session, cursor) : undefined, key: uuidv7() };
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
