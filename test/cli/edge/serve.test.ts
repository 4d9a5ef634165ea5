import { once } from 'node:events';
import net from 'node:net';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ServedEdge, serveEdge } from '../../../cli/edge/serve.ts';
import type { Command, Page } from '../../../sql/contract.ts';
import { call, openSession } from '../../functions/api/client.ts';
import { onNode, startApi } from '../../functions/api/fixture.ts';
import { createEmptyDatabase } from '../../support/database.ts';
import { silent } from '../../support/log.ts';

let started: Awaited<ReturnType<typeof startApi>>;
beforeAll(async () => {
  started = await startApi(onNode);
});
afterAll(() => started.stop());

/** Less than the waits below, and all the time that a slow machine may want. */
const beforeTheWaitIsOver = { timeout: 25_000 };

/** Sends raw bytes and gives all that comes back until the connection is closed. */
async function raw(url: string, text: string, onAnswer = () => {}): Promise<string> {
  const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
  socket.write(text);
  socket.once('data', onAnswer);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

test('closing answers who waits with what is known, and takes no new call', beforeTheWaitIsOver, async () => {
  const { api, databaseUrl } = started;
  const edge = await serveEdge({ connectionString: databaseUrl, host: '127.0.0.1', port: 0, log: silent });
  const here = { ...api, url: edge.url };
  const session = await openSession(here);
  const waiting = call(here, 'POST', `/v1/sessions/${session.id}/commands`, {
    text: 'true',
    headers: { Prefer: 'wait=30' },
  });
  const commands = () => call<Page<Command>>(api, 'GET', `/v1/sessions/${session.id}/commands`);
  await vi.waitFor(async () => expect((await commands()).body.items).toHaveLength(1), 20_000);
  const closed = edge.close();
  expect((await waiting).status).toBe(202);
  await closed;
  await expect(fetch(`${edge.url}/health`)).rejects.toThrow();
});

test('a connection that never finishes its request does not hold up the end', beforeTheWaitIsOver, async () => {
  const edge = await serveEdge({ connectionString: started.databaseUrl, host: '127.0.0.1', port: 0, log: silent });
  const arrived = Promise.withResolvers<void>();
  const head = 'POST /v1/exec HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\nExpect: 100-continue\r\n\r\n';
  const stuck = raw(edge.url, `${head}tru`, arrived.resolve);
  await arrived.promise;
  await edge.close();
  await stuck;
});

test('an address that is taken is an error, and nothing stays open', async () => {
  const port = Number(new URL(started.api.url).port);
  const again = serveEdge({ connectionString: started.databaseUrl, host: '127.0.0.1', port, log: silent });
  await expect(again).rejects.toThrow('EADDRINUSE');
});

test('a body that comes too slowly is cut off, and its connection ended', async () => {
  const limits = { requestTimeout: 300, headersTimeout: 200, connectionsCheckingInterval: 100 };
  const edge = await serveEdge({
    connectionString: started.databaseUrl,
    host: '127.0.0.1',
    port: 0,
    log: silent,
    limits,
  });
  const head = `POST /v1/exec HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${started.api.key}\r\nContent-Type: text/plain\r\n`;
  expect(await raw(edge.url, `${head}Content-Length: 10\r\n\r\ntru`)).toMatch(/^HTTP\/1.1 408 /);
  expect(await raw(edge.url, 'GET /health HTTP/1.1\r\nHo')).toMatch(/^HTTP\/1.1 408 /);
  await edge.close();
});

test('headers above 16 KiB are refused', async () => {
  expect(await raw(started.api.url, `GET /health HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(17 * 1024)}\r\n\r\n`)).toMatch(
    /^HTTP\/1.1 431 /,
  );
});

test('an answer that was refused before its body was read still arrives, and ends the connection', async () => {
  const head = 'POST /v1/exec HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: 100000000\r\n';
  const answer = await raw(started.api.url, `${head}Authorization: Bearer ${started.api.key}\r\n\r\nxxxx`);
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  expect(answer).toContain('"code":"too_large"');
});

test('a database that does not know limpet, or is not there, is 503 and leaks nothing', async () => {
  const empty = await createEmptyDatabase();
  const nowhere = 'postgres://someone:hidden-password@127.0.0.1:1/none';
  for (const connectionString of [nowhere, empty.url]) {
    const edge: ServedEdge = await serveEdge({ connectionString, host: '127.0.0.1', port: 0, log: silent });
    const response = await fetch(`${edge.url}/ready`);
    expect(response.status).toBe(503);
    expect(await response.text()).not.toMatch(/hidden-password|limpet_edge|ECONNREFUSED/);
    expect((await fetch(`${edge.url}/health`)).status).toBe(200);
    await edge.close();
  }
  await empty.drop();
});
