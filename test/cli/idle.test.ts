import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { watchQuiet } from '../../cli/edge/quiet.ts';
import { untilIdle } from '../../cli/idle.ts';

const never = new AbortController().signal;

test('a server is idle once it was quiet for long enough and nothing runs', async () => {
  const asked: string[] = [];
  const [quiet, working] = [
    [0, 5, 30, 30],
    [true, false],
  ];
  const idleness = {
    idleMs: 30,
    quietMs: () => {
      asked.push('quiet');
      return quiet.shift() ?? 30;
    },
    isWorking: async () => {
      asked.push('working');
      return working.shift() ?? false;
    },
  };
  await untilIdle(idleness, never);
  expect(asked).toEqual(['quiet', 'quiet', 'quiet', 'working', 'quiet', 'working']);
});

test('a wait for idleness ends with the server', async () => {
  const ending = new AbortController();
  const idle = untilIdle({ idleMs: 1e12, quietMs: () => 0, isWorking: async () => false }, ending.signal);
  ending.abort();
  await expect(idle).rejects.toThrow('aborted');
});

test('an open request is no quiet; probes, and whoever has no key, disturb nobody', async () => {
  const server = createServer((asked, response) => {
    if (asked.url === '/wait') return;
    response.statusCode = asked.url === '/state' ? 401 : 200;
    response.end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const quietMs = watchQuiet(server);
  const startedAt = performance.now();
  // Whether it counts is seen by the quiet from the start, or from this request on.
  const counts = async (url: string) => {
    const before = performance.now();
    await fetch(`http://127.0.0.1:${port}${url}`).then((response) => response.arrayBuffer());
    await expect.poll(() => quietMs()).toBeGreaterThan(0);
    return quietMs() < performance.now() - before;
  };
  await expect.poll(() => performance.now() - startedAt).toBeGreaterThan(1);
  for (const url of ['/health', '/ready', '/state']) expect(await counts(url), url).toBe(false);
  expect(await counts('/output')).toBe(true);
  const open = request({ host: '127.0.0.1', port, path: '/wait' }).on('error', () => {});
  open.end();
  await once(server, 'request');
  expect(quietMs()).toBe(0);
  open.destroy();
  await expect.poll(() => quietMs()).toBeGreaterThan(0);
});
