/** The record of a running limpet, from its first start: signed, told, exported and verified from the command line. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeDirectory } from '../../support/directory.ts';
import { type Limpet, limpet, startLimpet } from '../../support/limpet.ts';

const key = 'a-key-of-this-test';
const received: { number: string | undefined; note: string }[] = [];
const webhook = createServer(async (request, response) => {
  const note = await new Response(request as never).text().catch(() => '');
  received.push({ number: String(request.headers['limpet-checkpoint']), note });
  response.end();
});
let directory: string;
let running: Limpet;
let env: Record<string, string>;

beforeAll(async () => {
  directory = await makeDirectory();
  await new Promise<void>((resolve) => webhook.listen(0, '127.0.0.1', resolve));
  running = await startLimpet({
    LIMPET_BOOTSTRAP_KEY: key,
    LIMPET_DATA_DIR: directory,
    LIMPET_AUDIT_CHECKPOINT_MS: '300',
    LIMPET_AUDIT_WEBHOOK: `http://127.0.0.1:${(webhook.address() as AddressInfo).port}/secret-path`,
  });
  env = { LIMPET_URL: running.url, LIMPET_KEY: key, XDG_STATE_HOME: directory };
});
afterAll(async () => {
  running.kill('SIGTERM');
  await running.ended;
  webhook.close();
  await rm(directory, { recursive: true, force: true });
});

const at = (name: string) => path.join(directory, name);
const pub = () => at('audit/key.pub');

/** Until a bundle of the session is covered to its end. */
const covered = (session: string, file: string) =>
  vi.waitFor(
    async () => {
      const made = await limpet(['audit', 'export', session, '-o', file], env);
      expect(made).toMatchObject({ code: 0, stdout: '' });
      const report = await limpet(['audit', 'verify', file, '--pub', pub(), '--json'], env);
      expect(JSON.parse(report.stdout)).toMatchObject({ verdict: 'whole', events_not_covered: 0 });
      expect(report.code).toBe(0);
    },
    { timeout: 60_000, interval: 300 },
  );

test('a session is exported and verified with what the first start made', async () => {
  expect((await limpet(['open', 'proven'], env)).code).toBe(0);
  expect(await limpet(['exec', '-s', 'proven', 'echo hello'], env)).toMatchObject({ code: 0, stdout: 'hello\n' });
  await covered('proven', at('proven.ndjson'));
  const text = await readFile(at('proven.ndjson'), 'utf8');
  await writeFile(at('tampered.ndjson'), text.replace('"kind" : "command.finished"', '"kind" : "command.started"'));
  const tampered = await limpet(['audit', 'verify', at('tampered.ndjson'), '--pub', pub(), '--no-state'], env);
  expect([tampered.code, tampered.stdout]).toEqual([1, expect.stringContaining('first broken')]);
});

test('so is everything, by an admin', async () => {
  const { code, stdout } = await limpet(['audit', 'export', '--all', '-o', at('log.ndjson')], env);
  expect([code, stdout]).toEqual([0, '']);
  const report = await limpet(['audit', 'verify', at('log.ndjson'), '--pub', pub(), '--json'], env);
  expect(JSON.parse(report.stdout)).toMatchObject({ integrity: 'whole', completeness: 'whole', scope: 'log' });
});

test('checkpoints leave the database: to a file, and to the webhook, which nobody else hears of', async () => {
  const checkpoints = (await readFile(at('audit/checkpoints.ndjson'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(checkpoints.map(({ number }) => number)).toEqual(checkpoints.map((_, index) => index + 1));
  await vi.waitFor(() => expect(received.length).toBeGreaterThan(0), { timeout: 20_000 });
  const first = received[0];
  expect(checkpoints.find(({ number }) => String(number) === first?.number)?.note).toBe(first?.note);
  for (const pid of running.family) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    expect(environment).not.toContain('secret-path');
  }
});

test('the command line is refused where it says neither a session nor --all, and tells what limpet says', async () => {
  for (const args of [[], ['proven', '--all']]) expect((await limpet(['audit', 'export', ...args], env)).code).toBe(2);
  const missing = await limpet(['audit', 'export', 'nowhere', '-o', at('none')], env);
  expect([missing.code, missing.stderr]).toEqual([1, expect.stringContaining('no such session')]);
});
