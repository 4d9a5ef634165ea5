/** The page of all sessions. */
import type { Hit } from '../../html/hits.ts';
import { type SessionFilter, type SessionRows, sessionList } from '../../html/sessionList.ts';
import { type Found, sessionsPage } from '../../html/sessions.ts';
import type { CommandRow } from '../../sql/contract.ts';
import type { Edge, EdgeApp, EdgeContext } from '../edge.ts';
import { stripAnsi } from '../view.ts';
import { endsOf } from './blocks.ts';
import { frameOf, type LoadAssets, queryField, viewOf } from './frame.ts';

const sessionsPerPage = 50;
/** Commands that a search shows here; the page of jobs has them all. */
const hitsMax = 20;
/** Of the line that says why, so much around what was searched for. */
const hitLineLength = 240;

/** Adds the routes. */
export function sessionPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  app.get('/', async (c) => {
    const filter = filterOf(c);
    const [rows, frame, found] = await Promise.all([
      readSessions(c, edge, filter),
      frameOf(c, edge, assets),
      filter.q ? findCommands(c, edge, filter.q) : undefined,
    ]);
    return c.html(sessionsPage(frame, rows, filter, { ms: Date.now(), origin: new URL(c.req.url).origin }, found));
  });

  app.get('/sessions', async (c) => {
    const filter = filterOf(c);
    return c.html(sessionList(await readSessions(c, edge, filter), filter, Date.now(), viewOf(c)));
  });
}

async function readSessions(
  c: EdgeContext,
  { calls }: Edge,
  { q, state, cursor }: SessionFilter,
): Promise<SessionRows> {
  const credential = c.get('credential');
  const list = await calls.listSessions(credential, { q, state, cursor, limit: sessionsPerPage });
  const ids = list.items.filter(({ commands }) => commands > 0).map(({ id }) => id);
  return { list, last: ids.length > 0 ? await calls.listLastCommands(credential, ids) : [] };
}

async function findCommands(c: EdgeContext, { calls }: Edge, q: string): Promise<Found> {
  const credential = c.get('credential');
  const { items, next_cursor } = await calls.listCommands(credential, { q }, hitsMax);
  return { hits: items.map((command) => hitOf(command, q)), isMore: next_cursor !== null };
}

/** Whether its text or which line of its output says what was searched for, as far as the row carries it. */
function hitOf(command: CommandRow, q: string): Hit {
  const session = command.session_name ?? command.session_id.slice(-8);
  const isIn = (text: string) => text.toLowerCase().includes(q.toLowerCase());
  if (isIn(command.command)) return { command, session, line: undefined };
  const lines = (['stdout', 'stderr'] as const).flatMap((name) => {
    const { head, tail } = endsOf(command, name);
    return [head, tail].flatMap((bytes) => stripAnsi(new TextDecoder().decode(bytes)).split(/[\r\n]+/));
  });
  const line = lines.find(isIn);
  const at = line === undefined ? 0 : line.toLowerCase().indexOf(q.toLowerCase());
  const from = Math.max(0, at - hitLineLength / 3);
  return { command, session, line: line?.slice(from, from + hitLineLength).trim() };
}

/** Empty fields of the form are no filter. */
function filterOf(c: EdgeContext): SessionFilter {
  return { q: queryField(c, 'q'), state: queryField(c, 'state'), cursor: queryField(c, 'cursor') };
}
