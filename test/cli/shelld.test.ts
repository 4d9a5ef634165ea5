/** `limpet up` with a config file of shelld's, as its user would start it. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { temporaryDirectory } from '../support/directory.ts';
import { type Limpet, limpet, startLimpet } from '../support/limpet.ts';
import { alive } from '../support/processes.ts';

// Most of them start all of it, and wait for all of it to end.
vi.setConfig({ testTimeout: 120_000 });

const key = 'any text that a client of shelld had';

async function start(config: string, env: Record<string, string> = {}): Promise<Limpet & { directory: string }> {
  const directory = await temporaryDirectory(onTestFinished);
  const file = path.join(directory, 'config.toml');
  await writeFile(file, config.replaceAll('DIRECTORY', directory));
  const settings = { LIMPET_BOOTSTRAP_KEY: key, LIMPET_DATA_DIR: path.join(directory, 'data') };
  const running = await startLimpet({ ...settings, SHELLD_CONFIG: file, ...env });
  onTestFinished(async () => {
    running.kill('SIGTERM');
    await running.ended;
  });
  return { ...running, directory };
}

async function ask(url: string, method: string, address: string, body?: string, timeout?: string) {
  const headers = { 'X-Shell-Key': key, ...(timeout && { 'X-Command-Timeout': timeout }) };
  const response = await fetch(url + address, { method, headers, body: body ?? null });
  return [response.status, await response.text()] as const;
}
const linesOf = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).split('\n').filter(Boolean);
const refuses = (url: string) =>
  fetch(`${url}/health`).then(
    () => false,
    () => true,
  );

test('without die_on_unlock in the file, unlock answers and then everything ends', async () => {
  const running = await start(
    '[hooks]\nlock = "echo lock >> DIRECTORY/hooks"\nunlock = "echo unlock >> DIRECTORY/hooks"\n',
  );
  expect(await ask(running.url, 'POST', '/lock')).toEqual([200, '']);
  expect(await ask(running.url, 'POST', '/execute', 'echo hello')).toEqual([200, 'hello']);
  expect(await ask(running.url, 'POST', '/unlock')).toEqual([200, '']);
  await expect.poll(() => refuses(running.url), { timeout: 20_000, interval: 20 }).toBe(true);
  const { code, stderr } = await running.ended;
  expect([code, alive(running.family)]).toEqual([0, []]);
  expect(stderr).toContain('"reason":"unlock"');
  expect(await linesOf(`${running.directory}/hooks`)).toEqual(['lock', 'unlock']);
});

test('a slow unlock hook holds up the end, not the answer, nor that nobody else is taken', async () => {
  const running = await start(
    '[hooks]\nunlock = "until [ -e DIRECTORY/go ]; do sleep 0.02; done; echo unlock > DIRECTORY/hooks"\n',
  );
  await ask(running.url, 'POST', '/lock');
  expect(await ask(running.url, 'POST', '/unlock')).toEqual([200, '']);
  await expect.poll(() => refuses(running.url), { timeout: 20_000, interval: 20 }).toBe(true);
  expect(alive([running.pid])).toEqual([running.pid]);
  await writeFile(`${running.directory}/go`, '');
  expect((await running.ended).code).toBe(0);
  expect(await linesOf(`${running.directory}/hooks`)).toEqual(['unlock']);
});

test('with die_on_unlock = false the server goes on, and the next client gets a shell', async () => {
  const { url } = await start('[server]\ndie_on_unlock = false\n[shell]\nworking_directory = "/usr"\n');
  await ask(url, 'POST', '/lock');
  await ask(url, 'POST', '/execute', 'cd /; X=1');
  expect(await ask(url, 'POST', '/unlock')).toEqual([200, '']);
  expect(await ask(url, 'GET', '/state')).toEqual([409, 'The shell has not been locked.\n']);
  expect(await ask(url, 'POST', '/lock')).toEqual([200, '']);
  expect(await ask(url, 'POST', '/execute', 'pwd; echo "[$X]"')).toEqual([200, '/usr\n[]']);
});

test('command and command_maximum bound the wait', async () => {
  const { url } = await start(
    '[timeout]\ncommand = "200ms"\ncommand_maximum = "400ms"\n[server]\ndie_on_unlock = false\n',
  );
  await ask(url, 'POST', '/lock');
  for (const timeout of [undefined, '0s', '10m']) {
    expect((await ask(url, 'POST', '/execute', 'sleep 600', timeout))[0]).toBe(202);
    expect(await ask(url, 'GET', '/state')).toEqual([200, 'executing']);
    await ask(url, 'POST', '/kill');
    await expect.poll(() => ask(url, 'GET', '/state'), { timeout: 20_000 }).toEqual([200, 'locked']);
  }
});

test('nobody asks for anything: the server ends, but not while a command runs', async () => {
  const config = '[timeout]\nidle = "5s"\ncommand = "1ms"\n[hooks]\nunlock = "echo unlock >> DIRECTORY/hooks"\n';
  const running = await start(config);
  await ask(running.url, 'POST', '/lock');
  expect((await ask(running.url, 'POST', '/execute', 'sleep 6'))[0]).toBe(202);
  const { code, stderr } = await running.ended;
  expect([code, alive(running.family)]).toEqual([0, []]);
  const events = stderr
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  const order = events.filter(({ event, reason }) => event === 'command_finished' || reason === 'idle');
  expect(order).toMatchObject([{ event: 'command_finished', state: 'exited' }, { reason: 'idle' }]);
  expect(await linesOf(`${running.directory}/hooks`)).toEqual(['unlock']);
});

test('SIGTERM ends what runs and runs the unlock hook', async () => {
  const running = await start(
    '[timeout]\nshutdown = "4s"\nkill = "500ms"\n[hooks]\nunlock = "echo unlock $SHELLD_KEY >> DIRECTORY/hooks"\n',
  );
  await ask(running.url, 'POST', '/lock');
  const waiting = ask(running.url, 'POST', '/execute', 'echo begun; sleep 600');
  await expect.poll(() => ask(running.url, 'GET', '/state'), { timeout: 20_000 }).toEqual([200, 'executing']);
  running.kill('SIGTERM');
  const [status] = await waiting;
  expect([200, 202]).toContain(status);
  expect([(await running.ended).code, alive(running.family)]).toEqual([0, []]);
  expect(await linesOf(`${running.directory}/hooks`)).toEqual([expect.stringMatching(/^unlock [0-9a-f-]{36}$/)]);
});

test('the environment wins over the file, --config over LIMPET_CONFIG, and that over SHELLD_CONFIG', async () => {
  const directory = await temporaryDirectory(onTestFinished);
  const env = { LIMPET_DATA_DIR: path.join(directory, 'data'), SHELLD_CONFIG: '/nonexistent/shelld' };
  const said = async (args: string[], more: Record<string, string>) =>
    (await limpet(['up', ...args], { ...env, ...more })).stderr;
  expect(await said([], {})).toContain('/nonexistent/shelld cannot be read');
  expect(await said([], { LIMPET_CONFIG: '/nonexistent/limpet' })).toContain('/nonexistent/limpet cannot be read');
  const flag = ['--config', '/nonexistent/flag'];
  expect(await said(flag, { LIMPET_CONFIG: '/nonexistent/limpet' })).toContain('/nonexistent/flag cannot be read');
  const { url } = await start('[server]\nport = 1\n', { PORT: '0' });
  expect((await fetch(`${url}/health`)).status).toBe(200);
});

test('a file that cannot be used keeps it from starting', async () => {
  const file = path.join(await temporaryDirectory(onTestFinished), 'config.toml');
  await writeFile(file, '[server]\nprot = 8080\n');
  const { code, stderr } = await limpet(['up', '--config', file], {});
  expect([code, JSON.parse(stderr).error]).toEqual([1, `limpet cannot start: in ${file} server.prot is no setting.`]);
});
