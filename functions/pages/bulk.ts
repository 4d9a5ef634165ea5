/** What is done with all commands that match: first how many there are, then, once it was confirmed, it is done. */
import { bulkPage, bulkQuestion, bulkResult, type Preview } from '../../html/bulk.ts';
import type { JobFields } from '../../html/jobs.ts';
import type { Html } from '../../html/page.ts';
import { type CommandRow, hasEnded } from '../../sql/contract.ts';
import { cancelAll } from '../bulkCancel.ts';
import { type Edge, type EdgeApp, type EdgeContext, givenUp } from '../edge.ts';
import { uuidv7 } from '../ids.ts';
import { asProblem } from '../problem.ts';
import { field, isHtmx } from './forms.ts';
import { frameOf, type LoadAssets } from './frame.ts';
import { filterOf, fixedFields, readFields } from './jobFilter.ts';
import { runAgain } from './runAgain.ts';

/** Commands that are run again at once: each is a request of its own to the database. */
const againMax = 200;
/** Pages that are looked through for them. */
const pagesMax = 10;

/** Adds the routes. */
export function bulkRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  const answer = async (c: EdgeContext, content: Html) =>
    c.html(isHtmx(c) ? content : bulkPage(await frameOf(c, edge, assets), content));

  app.get('/jobs/cancel', async (c) => answer(c, bulkQuestion(await previewCancel(c, edge))));
  app.get('/jobs/again', async (c) => {
    const fields = fixedFields(readFields(c.req.query()), Date.now());
    const { rows, isMore } = await endedOnes(c, edge, fields);
    return answer(c, bulkQuestion({ ...nothing('again', fields), ended: rows.length, isMore }));
  });

  app.post('/jobs/cancel', async (c) => {
    const fields = await fieldsOf(c);
    const filter = filterOf(fields, Date.now());
    const { matched, cancelled } = await cancelAll(edge, c.get('credential'), filter, false, givenUp(c, edge));
    const rest = matched > cancelled ? 'The others ended meanwhile, or are left: ask again.' : undefined;
    return answer(c, bulkResult(fields, `${cancelled} of ${matched} cancelled`, rest));
  });
  app.post('/jobs/again', async (c) => {
    const fields = await fieldsOf(c);
    const { rows } = await endedOnes(c, edge, fields);
    const { sent, refused } = await runAgain(edge, c.get('credential'), rows, await field(c, 'key'));
    return answer(c, bulkResult(fields, `${sent} of ${rows.length} sent again`, refused));
  });
}

function nothing(kind: Preview['kind'], fields: JobFields): Preview {
  return { kind, fields, key: uuidv7(), queued: 0, running: 0, ended: 0, isMore: false };
}

async function previewCancel(c: EdgeContext, { calls }: Edge): Promise<Preview> {
  const fields = fixedFields(readFields(c.req.query()), Date.now());
  const count = async (state: 'queued' | 'running') => {
    if (fields.state !== undefined && fields.state !== state) return 0;
    const filter = { ...filterOf(fields, Date.now()), state };
    return (await calls.cancelCommands(c.get('credential'), filter, true).catch(orNone)).matched;
  };
  const [queued, running] = [await count('queued'), await count('running')];
  return { ...nothing('cancel', fields), queued, running };
}

/** The form names the key of the filter apart from its own. */
async function fieldsOf(c: EdgeContext): Promise<JobFields> {
  const { key_id, key: _, ...given } = await c.req.parseBody();
  return readFields({ ...given, ...(key_id ? { key: key_id } : {}) });
}

/** The newest that match and have ended, oldest first. */
async function endedOnes(c: EdgeContext, { exactCalls }: Edge, fields: JobFields) {
  const rows: CommandRow[] = [];
  const filter = filterOf(fields, Date.now());
  let cursor: string | null | undefined;
  for (let page = 0; page < pagesMax && cursor !== null && rows.length <= againMax; page += 1) {
    const list = await exactCalls.listCommands(c.get('credential'), filter, againMax + 1, cursor).catch(orNothing);
    rows.push(...list.items.filter(({ state }) => hasEnded(state)));
    cursor = list.next_cursor;
  }
  return { rows: rows.slice(0, againMax).reverse(), isMore: rows.length > againMax || Boolean(cursor) };
}

/** A session that there is not has no commands. */
function orNone(error: unknown) {
  if (asProblem(error).code !== 'not_found') throw error;
  return { matched: 0, cancelled: 0 };
}
function orNothing(error: unknown) {
  orNone(error);
  return { items: [], next_cursor: null };
}
