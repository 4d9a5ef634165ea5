/** The API is what its own OpenAPI document says, whatever is sent to it: no 500, no status or body that is not declared. */
import { expect, test } from 'vitest';
import { checkDocumented, documentOf } from '../functions/api/document.ts';
import { fc, runs } from '../support/fuzz.ts';
import { type FuzzedRequest, type Operation, operationsOf, requestOf } from './requests.ts';
import { useWorld } from './world.ts';

const world = useWorld();

/** So many requests at once; fifty times in a usual run, thousands of requests by `npm run fuzz:api`. */
const together = 8;

/** Operations that would end what the others need, by what their ids may name: nothing that is needed. */
const spare = ['/v1/keys/{id}', '/v1/keys/{id}/rotate', '/v1/commands/cancel'];

test('whatever is sent, the answer is one that is documented, and never 500', async () => {
  const { api, make } = world();
  const document = await documentOf(api.url);
  const things = await make();
  const spareKey = await fetch(`${api.url}/v1/keys`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${api.adminKey}`, 'Content-Type': 'application/json' },
    body: '{"name":"spare","scopes":["read"]}',
  }).then((response) => response.json() as Promise<{ id: string }>);
  const { session, terminal, closed, ended, queued, replayId } = things;
  const known: Record<string, string[]> = {
    session: [session.id, session.name ?? '', terminal.id, closed.id],
    id: [ended.id, queued.id],
    '/v1/replays/{id}': [replayId],
    ...Object.fromEntries(spare.map((template) => [template, [spareKey.id]])),
  };
  const operations = operationsOf(document, []);
  expect(operations.length).toBeGreaterThan(40);
  const keys = fc.constantFrom(
    api.adminKey,
    api.adminKey,
    api.key,
    api.key,
    api.key,
    api.readKey,
    api.otherKey,
    'lp_unknown',
  );
  let taken = 0;
  const all = operations.map((operation) =>
    requestOf(document, operation, known).map((request) => ({ operation, request })),
  );
  const some = fc.array(fc.tuple(fc.oneof(...all), keys), { minLength: together, maxLength: together });
  const check = async ([{ operation, request }, key]: [{ operation: Operation; request: FuzzedRequest }, string]) => {
    const answer = await send(api.url, request, key);
    expect(answer.status, `${request.method} ${request.path} ${request.body}`).not.toBe(500);
    await checkDocumented(api.url, operation.method, operation.template, answer.response, answer.body);
    if (answer.status < 300) taken += 1;
  };
  await fc.assert(
    fc.asyncProperty(some, async (requests) => {
      await Promise.all(requests.map(check));
    }),
    { numRuns: runs(50), interruptAfterTimeLimit: 240_000 },
  );
  // Much of it was understood: a fuzzer that is always refused at the door tests the door.
  expect(taken).toBeGreaterThan((together * runs(50)) / 10);
  expect((await fetch(`${api.url}/health`)).status).toBe(200);
}, 300_000);

async function send(url: string, { method, path, headers, body }: FuzzedRequest, key: string) {
  const given = new AbortController();
  const init = { method, headers: { ...headers, 'X-Shell-Key': key }, body: body ?? null, signal: given.signal };
  const response = await fetch(url + path, { ...init, redirect: 'manual' } as RequestInit);
  const type = response.headers.get('content-type') ?? '';
  if (type.startsWith('text/event-stream')) {
    // It goes on for as long as its command runs.
    given.abort();
    return { status: response.status, response, body: undefined };
  }
  const text = await response.text();
  return {
    status: response.status,
    response,
    body: /[/+]json/.test(type) && text ? (JSON.parse(text) as unknown) : undefined,
  };
}
