/** The page of the record. */
import { type Audit, type AuditFields, auditPage } from '../../html/audit.ts';
import { type Edge, type EdgeApp, type EdgeContext, note } from '../edge.ts';
import { Timestamp } from '../fields.ts';
import { asProblem, Problem } from '../problem.ts';
import { frameOf, type LoadAssets, queryField } from './frame.ts';

const eventsPerPage = 50;
const names = ['session', 'actor', 'kind', 'q', 'before', 'after', 'cursor'] as const;
const cursorShape = /^\d{1,17}\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,15}$/;

/** Adds the route. */
export function auditPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  app.get('/audit', async (c) => {
    const fields = fieldsOf(c);
    const [frame, audit] = await Promise.all([frameOf(c, edge, assets), readAudit(c, edge, fields)]);
    return c.html(auditPage(frame, audit));
  });
}

/** A session that there is not, or that is somebody else's, is a sentence in the list's place. */
async function readAudit(c: EdgeContext, { calls }: Edge, fields: AuditFields): Promise<Audit> {
  const { cursor, ...filter } = fields;
  const credential = c.get('credential');
  try {
    const [list, shield, checkpoints] = await Promise.all([
      calls.listEvents(credential, filter, eventsPerPage, cursor),
      filter.session ? calls.checkChain(credential, filter.session) : undefined,
      filter.session ? undefined : calls.listCheckpoints(credential, 1),
    ]);
    if (shield) note(c, { session_id: shield.session_id });
    return { list, fields, shield, newest: checkpoints?.items[0] };
  } catch (error) {
    const problem = asProblem(error);
    if (problem.code !== 'not_found') throw error;
    const list = { items: [], next_cursor: null };
    return { list, fields, shield: undefined, newest: undefined, problem: problem.message };
  }
}

/** What does not fit is refused: a filter that is left out would show what was not asked for. */
function fieldsOf(c: EdgeContext): AuditFields {
  const given = names.map((name) => [name, queryField(c, name)] as const).filter(([, value]) => value !== undefined);
  const fields: AuditFields = Object.fromEntries(given);
  for (const name of ['before', 'after'] as const) {
    const time = fields[name];
    if (time !== undefined && !Timestamp.safeParse(time).success) {
      throw new Problem('invalid', 'A time is written like 2026-01-31T12:00:00Z.');
    }
  }
  if (fields.cursor !== undefined && !cursorShape.test(fields.cursor)) {
    throw new Problem('invalid', 'This is no place in the record.', { hint: 'Go back to the newest events.' });
  }
  return fields;
}
