/** The screen of a session with a terminal: what is new on it, and keys for it. */
import { html } from 'hono/html';
import { screenNews, screenTail } from '../../html/screenPanel.ts';
import { Key, limits } from '../../sql/contract.ts';
import { exceedsBytes } from '../bytes.ts';
import type { Edge, EdgeApp } from '../edge.ts';
import { Problem } from '../problem.ts';
import { back, field } from './forms.ts';

/** How long the page waits: while the screen changes, while something runs, and when nothing does. */
const delays = { changing: 120, running: 250, idle: 1_500 } as const;

/** Adds the routes. */
export function screenPageRoutes(app: EdgeApp, { calls }: Edge): void {
  app.get('/s/:session/screen', async (c) => {
    const [credential, id] = [c.get('credential'), c.req.param('session')];
    const [session, screen] = await Promise.all([calls.readSession(credential, id), calls.readScreen(credential, id)]);
    const isNew = (screen.updated_at ?? '') !== c.req.query('at');
    if (session.state === 'closed') return c.html(html`${screenNews(screen)}<div id="screen-tail"></div>`);
    const delay = isNew ? delays.changing : session.running_command_id ? delays.running : delays.idle;
    return c.html(html`${isNew ? screenNews(screen) : ''}${screenTail(session, screen, delay)}`);
  });

  app.post('/s/:session/keys', async (c) => {
    const keys = keysOf(await field(c, 'keys'), await field(c, 'named'), await field(c, 'text'));
    if (keys.length > limits.keysMax || exceedsBytes(JSON.stringify(keys), limits.keysBytesMax)) {
      throw new Problem('too_large', `At most ${limits.keysMax} keys are typed at once (keysMax).`);
    }
    if (keys.length > 0) await calls.typeKeys(c.get('credential'), c.req.param('session'), keys);
    return back(c, `/s/${c.req.param('session')}`);
  });
}

/** Either a JSON list, as the script sends them, or what the plain form has: a text, and the name of a key behind it. */
function keysOf(list: string, named: string, text: string): Key[] {
  if (list === '') return [...(text ? [{ text }] : []), ...(named ? [named] : [])];
  try {
    return Key.array().parse(JSON.parse(list));
  } catch {
    throw new Problem('bad_request', 'These are no keys.');
  }
}
