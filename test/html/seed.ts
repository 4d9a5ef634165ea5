/** Sessions with a past, made through the API, for tests of pages. */
import type { Command, Session } from '../../sql/contract.ts';

/** Where, and with which key. */
interface Site {
  url: string;
  adminKey: string;
}

/** Calls the API as the admin and gives what it answers. */
export async function ask<Body = unknown>(site: Site, method: string, path: string, json?: object): Promise<Body> {
  const response = await fetch(site.url + path, {
    method,
    headers: { 'X-Shell-Key': site.adminKey, 'Content-Type': 'application/json', Prefer: 'wait=20' },
    ...(json ? { body: JSON.stringify(json) } : {}),
  });
  const text = await response.text();
  return (text === '' ? undefined : JSON.parse(text)) as Body;
}

/** Opens a session. */
export function open(site: Site, json: object): Promise<Session> {
  return ask<Session>(site, 'POST', '/v1/sessions', json);
}

/** Runs commands one after the other; gives the last. */
export async function runAll(site: Site, session: string, ...commands: string[]): Promise<Command> {
  let last: Command | undefined;
  for (const command of commands) {
    last = await ask<Command>(site, 'POST', `/v1/sessions/${session}/commands`, { command });
  }
  return last as Command;
}

/** Sends a command and does not wait. */
export async function sendOnly(site: Site, session: string, command: string, more: object = {}): Promise<Command> {
  const response = await fetch(`${site.url}/v1/sessions/${session}/commands`, {
    method: 'POST',
    headers: { 'X-Shell-Key': site.adminKey, 'Content-Type': 'application/json', Prefer: 'wait=0' },
    body: JSON.stringify({ command, ...more }),
  });
  return (await response.json()) as Command;
}
