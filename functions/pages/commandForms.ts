/** What the forms about a command do. Every one has been authenticated, and came from a page of this origin. */
import { limits } from '../../sql/contract.ts';
import { exceedsBytes, utf8 } from '../bytes.ts';
import type { Edge, EdgeApp } from '../edge.ts';
import { Problem } from '../problem.ts';
import { back, field, refuseSize, submit } from './forms.ts';

/** Adds the routes. */
export function commandFormRoutes(app: EdgeApp, edge: Edge): void {
  const { calls, exactCalls } = edge;
  app.post('/s/:session/commands', async (c) => {
    // A form sends line breaks as CR LF; bash would take the CR as part of a word.
    const command = (await field(c, 'command')).replaceAll('\r\n', '\n');
    if (command.trim() === '') throw new Problem('invalid', 'There is no command to run.');
    if (exceedsBytes(command, limits.commandBytesMax)) return refuseSize();
    const options = { command, ...((await field(c, 'interactive')) ? { interactive: true } : {}) };
    const session = c.req.param('session');
    const row = await submit(c, edge, session, options, await field(c, 'key'));
    return back(c, `/s/${session}#c${row.seq}`);
  });

  app.post('/s/:session/again/:id', async (c) => {
    const { command, interactive } = await exactCalls.readCommand(c.get('credential'), c.req.param('id'));
    const options = { command, ...(interactive ? { interactive } : {}) };
    const session = c.req.param('session');
    const row = await submit(c, edge, session, options, await field(c, 'key'));
    return back(c, `/s/${session}#c${row.seq}`);
  });

  app.post('/s/:session/stdin/:id', async (c) => {
    const isLast = (await field(c, 'eof')) !== '';
    const line = (await field(c, 'line')).replaceAll('\r\n', '\n');
    const bytes = utf8(isLast ? line : `${line}\n`);
    await calls.writeStdin(c.get('credential'), c.req.param('id'), bytes, undefined, isLast);
    return back(c, `/s/${c.req.param('session')}`);
  });

  // That command alone: by the time one clicks it may have ended, and another run.
  app.post('/s/:session/interrupt/:id', async (c) => {
    await calls.signalCommand(c.get('credential'), c.req.param('id'), 'INT');
    return back(c, `/s/${c.req.param('session')}`);
  });

  app.post('/s/:session/cancel/:id', async (c) => {
    await calls.cancelCommand(c.get('credential'), c.req.param('id'));
    return back(c, `/s/${c.req.param('session')}`);
  });
}
