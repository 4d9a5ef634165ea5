/** The page of jobs: figures, the list, and one command with all that is known of it. */
import { figuresPanel } from '../../html/figures.ts';
import { jobPage } from '../../html/jobDetail.ts';
import { type Jobs, jobList, jobsPage } from '../../html/jobs.ts';
import { type ApiKey, type CommandRow, limits, type RecordedEvent } from '../../sql/contract.ts';
import { type Edge, type EdgeApp, type EdgeContext, note } from '../edge.ts';
import { asProblem } from '../problem.ts';
import { readBlockOutput } from './blocks.ts';
import { back, field, leadTo, submit } from './forms.ts';
import { frameOf, type LoadAssets, viewOf } from './frame.ts';
import { filterOf, readFields } from './jobFilter.ts';
import { snapshots } from './snapshots.ts';

const jobsPerPage = 50;
const minutes = 60;
const eventsMax = 50;
/** Events of a command's end may be written a moment after it. */
const marginMs = 60_000;

/** Adds the routes. */
export function jobPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  const { calls } = edge;
  const figures = snapshots(async (credential) => {
    const [stats, activity] = await Promise.all([
      calls.readStats(credential, limits.statsWindowMs),
      calls.readActivity(credential, minutes),
    ]);
    return { stats, activity };
  });

  app.get('/jobs', async (c) => {
    const frame = await frameOf(c, edge, assets);
    const keys: Promise<ApiKey[]> = frame.user?.isAdmin
      ? calls.listKeys(c.get('credential')).then(({ items }) => items)
      : Promise.resolve([]);
    return c.html(jobsPage(frame, await figures(c), await readJobs(c, edge), await keys));
  });
  app.get('/jobs/figures', async (c) => c.html(figuresPanel(await figures(c), viewOf(c))));
  app.get('/jobs/rows', async (c) => c.html(jobList(await readJobs(c, edge), viewOf(c))));

  app.get('/jobs/:id{[0-9a-f-]{36}}', async (c) => {
    const command = await calls.readCommand(c.get('credential'), c.req.param('id'));
    note(c, { command_id: command.id });
    const reader = { calls, credential: c.get('credential') };
    const [frame, output, events] = await Promise.all([
      frameOf(c, edge, assets),
      readBlockOutput(reader, command),
      readEvents(c, edge, command),
    ]);
    return c.html(jobPage(frame, { command, output, events }));
  });
}

/** Adds what is done with one of them. */
export function jobFormRoutes(app: EdgeApp, edge: Edge): void {
  app.post('/jobs/:id/cancel', async (c) => {
    await edge.calls.cancelCommand(c.get('credential'), c.req.param('id'));
    return back(c, `/jobs/${c.req.param('id')}`);
  });
  app.post('/jobs/:id/again', async (c) => {
    const row = await edge.exactCalls.readCommand(c.get('credential'), c.req.param('id'));
    const { command, interactive, session_id } = row;
    const options = { command, ...(interactive ? { interactive } : {}) };
    const again = await submit(c, edge, session_id, options, await field(c, 'key'));
    return leadTo(c, `/jobs/${again.id}`);
  });
}

/** What a filter that names nothing gives is a sentence in the list's place. */
async function readJobs(c: EdgeContext, { calls }: Edge): Promise<Jobs> {
  const nowMs = Date.now();
  const fields = readFields(c.req.query());
  try {
    const list = await calls.listCommands(c.get('credential'), filterOf(fields, nowMs), jobsPerPage, fields.cursor);
    return { list, fields, nowMs };
  } catch (error) {
    const problem = asProblem(error);
    if (problem.code !== 'not_found') throw error;
    return { list: { items: [], next_cursor: null }, fields, nowMs, problem: problem.message };
  }
}

/** Its events, found by its id among those of its time, in as many pages as the search has time for. */
async function readEvents(c: EdgeContext, { calls }: Edge, command: CommandRow) {
  const at = (time: string, byMs: number) => new Date(Date.parse(time) + byMs).toISOString();
  const filter = {
    session: command.session_id,
    q: command.id,
    after: at(command.created_at, -marginMs),
    ...(command.finished_at ? { before: at(command.finished_at, marginMs) } : {}),
  };
  const events: RecordedEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await calls.listEvents(c.get('credential'), filter, eventsMax - events.length, cursor);
    events.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && events.length < eventsMax);
  return events.reverse();
}
