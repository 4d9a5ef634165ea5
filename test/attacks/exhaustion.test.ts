/** Too much and too slow: bodies, headers, connections. Whoever does it is cut off, and everybody else is served. */
import type net from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServedEdge, serveEdge } from '../../cli/edge/serve.ts';
import { onNode, startApi } from '../functions/api/fixture.ts';
import { silent } from '../support/log.ts';
import { connect, raw, statusesOf } from './raw.ts';

let started: Awaited<ReturnType<typeof startApi>>;
/** Patient for a moment only. */
let edge: ServedEdge;
beforeAll(async () => {
  started = await startApi(onNode);
  const limits = { requestTimeout: 500, headersTimeout: 400, connectionsCheckingInterval: 100 };
  edge = await serveEdge({ connectionString: started.databaseUrl, host: '127.0.0.1', port: 0, log: silent, limits });
});
afterAll(async () => {
  await edge.close();
  await started.stop();
});

const isServed = async () =>
  (await fetch(`${edge.url}/v1/sessions`, { headers: { 'X-Shell-Key': started.api.key } })).status;
const head = () =>
  `POST /v1/exec HTTP/1.1\r\nHost: a\r\nX-Shell-Key: ${started.api.key}\r\nContent-Type: text/plain\r\n`;

test('a hundred that send a byte now and then are cut off, and nobody waits for them', async () => {
  const slow = Array.from({ length: 100 }, (_, at) =>
    raw(edge.url, at % 2 ? `${head()}Content-Length: 1000\r\n\r\nx` : `${head()}X-A: `),
  );
  expect(await isServed()).toBe(200);
  for (const answer of await Promise.all(slow)) expect(statusesOf(answer)).toEqual([408]);
  expect(await isServed()).toBe(200);
});

test.for([
  ['headers of 20 KiB', () => `GET /health HTTP/1.1\r\nHost: a\r\nX-A: ${'x'.repeat(20_480)}\r\n\r\n`, [431]],
  ['an address of 20 KiB', () => `GET /${'x'.repeat(20_480)} HTTP/1.1\r\nHost: a\r\n\r\n`, [431]],
  ['a body said to be of a terabyte', () => `${head()}Content-Length: 1099511627776\r\n\r\nx`, [413]],
  ['a length beyond all numbers', () => `${head()}Content-Length: 99999999999999999999999\r\n\r\nx`, [400, 413]],
  [
    'a chunk said to be of a terabyte',
    () => `${head()}Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\nx`,
    [408, 413, 400],
  ],
  [
    'a thousand small headers',
    () => `GET /health HTTP/1.1\r\nHost: a\r\n${'a: b\r\n'.repeat(1_000)}Connection: close\r\n\r\n`,
    [200, 431],
  ],
] as [string, () => string, number[]][])('%s', async ([, request, statuses]) => {
  expect(statuses).toContain(statusesOf(await raw(edge.url, request()))[0]);
  expect(await isServed()).toBe(200);
});

test('two thousand connections that say nothing keep nobody out, and are let go', { timeout: 120_000 }, async () => {
  const sockets: net.Socket[] = [];
  for (let at = 0; at < 2_000; at += 100) {
    sockets.push(...(await Promise.all(Array.from({ length: 100 }, () => connect(edge.url)))));
  }
  expect(await isServed()).toBe(200);
  // Without a first byte they are no request that could be late; what is begun is.
  for (const socket of sockets) socket.write('GET /');
  await Promise.all(sockets.map((socket) => new Promise((resolve) => void socket.resume().once('close', resolve))));
  expect(await isServed()).toBe(200);
});

test('requests that are sent in one go are answered in order, a thousand of them', async () => {
  const one = 'GET /health HTTP/1.1\r\nHost: a\r\n\r\n';
  const answers = statusesOf(
    await raw(edge.url, one.repeat(999) + one.replace('\r\n\r\n', '\r\nConnection: close\r\n\r\n')),
  );
  expect(answers).toEqual(Array.from({ length: 1_000 }, () => 200));
});
