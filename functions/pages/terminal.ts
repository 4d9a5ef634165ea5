/** The page of one session, and what it asks for while it is open. */
import { html } from 'hono/html';
import { earlier, stream } from '../../html/block.ts';
import { historyList } from '../../html/composer.ts';
import { type Terminal, terminalPage } from '../../html/terminal.ts';
import { type Edge, type EdgeApp, type EdgeContext, note } from '../edge.ts';
import { uuidv7 } from '../ids.ts';
import { Problem } from '../problem.ts';
import { type Reader, readBefore, readBlocks } from './blocks.ts';
import { frameOf, type LoadAssets, queryField } from './frame.ts';
import { cursorOf } from './news.ts';
import { delayOf } from './pace.ts';
import { tailOf } from './tail.ts';
import { readPlainOutput } from './wholeOutput.ts';

/** Commands on one page of a session. */
const blocksPerPage = 50;

/** Adds the routes. */
export function terminalPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  app.get('/s/:session', async (c) => {
    const [terminal, frame] = await Promise.all([readTerminal(c, edge), frameOf(c, edge, assets)]);
    note(c, { session_id: terminal.session.id });
    return c.html(terminalPage(frame, terminal));
  });

  const tail = tailOf(edge);
  app.get('/s/:session/tail', async (c) => {
    return c.html(await tail(c, c.req.param('session')));
  });

  app.get('/s/:session/history', async (c) => {
    const find = { q: queryField(c, 'q'), prefix: c.req.query('prefix')?.slice(0, 4096) || undefined };
    const texts = await edge.calls.listHistory(c.get('credential'), c.req.param('session'), find);
    if (c.req.query('format') === 'json') return c.json(texts);
    return c.html(historyList(texts));
  });

  app.get('/s/:session/output/:id', async (c) => c.text(await readPlainOutput(readerOf(c, edge), c.req.param('id'))));

  app.get('/s/:session/earlier/:id', async (c) => {
    const before = Number(c.req.query('before'));
    const name = c.req.query('stream') === 'stderr' ? 'stderr' : 'stdout';
    if (!Number.isSafeInteger(before) || before <= 0) throw new Problem('bad_request', 'There is nothing before that.');
    const reader = readerOf(c, edge);
    const id = c.req.param('id');
    const shown = await readBefore(reader, id, name, before);
    const more = earlier({ id, session_id: c.req.param('session') }, name, shown);
    return c.html(html`${more}${stream(name === 'stdout' ? 'o' : 'e', shown.fixed)}`);
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
  const isNewest = end === session.commands;
  const [{ items }, screen] = await Promise.all([
    edge.calls.listSessionCommands(reader.credential, session.id, page),
    session.tty && isNewest ? edge.calls.readScreen(reader.credential, session.id) : undefined,
  ]);
  const rows = items.filter(({ seq }) => seq > start && seq <= end);
  const directory = items.find(({ seq }) => seq === start)?.cwd ?? null;
  const blocks = await readBlocks(reader, rows, directory, session.cwd);
  const cursor = cursorOf(session, blocks, end, { screen });
  const delayMs = isNewest ? delayOf(session, cursor, edge.waits.hears) : undefined;
  return { session, blocks, cursor, isNewest, delayMs, key: uuidv7(), screen };
}

function readerOf(c: EdgeContext, { calls }: Pick<Edge, 'calls'>): Reader {
  return { calls, credential: c.get('credential') };
}
