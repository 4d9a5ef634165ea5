/** What the forms about a whole session do. Every one has been authenticated, and came from a page of this origin. */
import { limits } from '../../sql/contract.ts';
import { type Edge, type EdgeApp, note } from '../edge.ts';
import { uuidv7 } from '../ids.ts';
import { Problem } from '../problem.ts';
import { back, field, leadTo } from './forms.ts';

/** Adds the routes. */
export function sessionFormRoutes(app: EdgeApp, { calls }: Edge): void {
  app.post('/s', async (c) => {
    const name = (await field(c, 'name')).trim() || undefined;
    if (name !== undefined && name.length > limits.nameLengthMax) {
      throw new Problem('invalid', `A name has at most ${limits.nameLengthMax} characters (nameLengthMax).`);
    }
    const tty = (await field(c, 'tty')) !== '';
    const session = await calls.createSession(c.get('credential'), uuidv7(), { name, tty });
    note(c, { session_id: session.id });
    return c.redirect(`/s/${session.id}`, 303);
  });

  app.post('/s/:session/fork', async (c) => {
    const after = Number(await field(c, 'after'));
    if (!Number.isSafeInteger(after) || after < 0) throw new Problem('invalid', 'There is no such command.');
    const fork = await calls.forkSession(c.get('credential'), c.req.param('session'), uuidv7(), { after });
    note(c, { session_id: fork.id });
    return leadTo(c, `/s/${fork.id}`);
  });

  app.post('/s/:session/interrupt', async (c) => {
    await calls.interruptSession(c.get('credential'), c.req.param('session'));
    return back(c, `/s/${c.req.param('session')}`);
  });
  app.post('/s/:session/close', async (c) => {
    await calls.closeSession(c.get('credential'), c.req.param('session'));
    return back(c, `/s/${c.req.param('session')}`);
  });
}
