/** Keys for the screen of a session with a terminal. */
import { Key, limits } from '../../sql/contract.ts';
import { exceedsBytes } from '../bytes.ts';
import type { Edge, EdgeApp } from '../edge.ts';
import { Problem } from '../problem.ts';
import { back, field } from './forms.ts';

/** Adds the route. */
export function screenPageRoutes(app: EdgeApp, { calls }: Edge): void {
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
