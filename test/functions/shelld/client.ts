/** A client as one would write it for shelld: a key in X-Shell-Key, commands as bodies, plain text back. */
import { expect, onTestFinished } from 'vitest';
import { checkDocumented } from '../api/document.ts';
import type { Api } from '../api/fixture.ts';

export interface Plain {
  status: number;
  text: string;
  bytes: Buffer;
  headers: Headers;
}

export interface Shelld {
  key: string;
  post(path: string, body?: RequestInit['body'], headers?: Record<string, string>): Promise<Plain>;
  get(path: string): Promise<Plain>;
  /** POST /execute; `timeout` is X-Command-Timeout. */
  execute(command: RequestInit['body'], timeout?: string): Promise<Plain>;
  /** The output of a command that must end. */
  output(command: string): Promise<string>;
  state(): Promise<string>;
}

/** A client with this key, or with a new one of its own. */
export async function client(api: Api, given?: string): Promise<Shelld> {
  const key = given ?? (await makeKey(api));
  const send = async (method: string, path: string, body: RequestInit['body'], headers: Record<string, string>) => {
    const response = await fetch(api.url + path, {
      method,
      headers: { 'X-Shell-Key': key, ...headers },
      body: body ?? null,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    await checkDocumented(api.url, method, path, response, undefined);
    return { status: response.status, text: bytes.toString(), bytes, headers: response.headers };
  };
  const post: Shelld['post'] = (path, body, headers = {}) => send('POST', path, body, headers);
  const get: Shelld['get'] = (path) => send('GET', path, null, {});
  const execute: Shelld['execute'] = (command, timeout) =>
    post('/execute', command, timeout === undefined ? {} : { 'X-Command-Timeout': timeout });
  const output = async (command: string) => {
    const { status, text } = await execute(command);
    expect(status, text).toBe(200);
    return text;
  };
  return { key, post, get, execute, output, state: async () => (await get('/state')).text };
}

/** The same, with its shell open until the test ends. */
export async function locked(api: Api): Promise<Shelld> {
  const shelld = await client(api);
  const { status, text } = await shelld.post('/lock');
  expect(status, text).toBe(200);
  onTestFinished(async () => void (await shelld.post('/unlock').catch(() => undefined)));
  return shelld;
}

/** A new key that may execute, or less. */
export async function makeKey(api: Api, scope = 'execute'): Promise<string> {
  const response = await fetch(`${api.url}/v1/keys`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Shell-Key': api.adminKey },
    body: JSON.stringify({ name: 'a shelld client', owner: 'shelld', scopes: [scope] }),
  });
  return ((await response.json()) as { key: string }).key;
}
