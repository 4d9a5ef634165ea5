/** The same requests to limpet and to a real shelld, whose program SHELLD names; nothing is compared without one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { temporaryDirectory } from '../../support/directory.ts';
import { testEnvironment } from '../../support/env.ts';
import { onNode, useApi } from '../api/fixture.ts';
import { besideHost } from '../api/host.ts';
import { makeKey } from './client.ts';
import { printed } from './printing.ts';

const { SHELLD } = testEnvironment();

type Step = [method: string, path: string, body?: string, timeout?: string];

/** Every answer with the same state before it in both. `settle`: first until no command runs. */
const conversation: (Step | 'settle')[] = [
  ['GET', '/state'],
  ['POST', '/execute', ''],
  ['POST', '/unlock'],
  ['POST', '/lock'],
  ['GET', '/state'],
  ['GET', '/output'],
  ['POST', '/lock'],
  ['POST', '/kill'],
  ['POST', '/execute', ''],
  ['POST', '/execute', 'true', '30'],
  ['POST', '/execute', 'true', 'soon'],
  ['POST', '/execute', 'echo hi', '1h30m'],
  ['POST', '/execute', 'echo hi', '-1s'],
  ['GET', '/output'],
  ['POST', '/execute', 'cd /usr; export A=1; f() { echo "$1$A"; }; alias ll="echo aliased"'],
  ['POST', '/execute', 'pwd; f x; ll'],
  ['POST', '/execute', "cat << 'EOF' | cat\nhello $HOME\n\nworld\nEOF"],
  ['POST', '/execute', 'for i in 1 2; do\n  echo $i\ndone\n'],
  ['POST', '/execute', 'sleep 1; echo late', '100ms'],
  ['GET', '/state'],
  ['GET', '/output'],
  ['POST', '/execute', 'echo busy'],
  'settle',
  ['GET', '/output'],
  ['POST', '/unlock'],
  ['GET', '/output'],
  ['POST', '/lock'],
  ['POST', '/execute', 'echo "[$A]"'],
  ['POST', '/unlock'],
];

describe.skipIf(!SHELLD)('beside a real shelld', () => {
  const api = useApi(onNode, besideHost);
  let ours: string;
  beforeAll(async () => {
    ours = await makeKey(api());
  });

  test('a conversation through every state is the same, codes and bodies', async () => {
    const theirs = await startShelld(SHELLD ?? '');
    expect(await talk(api().url, ours, conversation)).toEqual(await talk(theirs, 'k', conversation));
  });

  test('what commands print is the same, byte for byte', async () => {
    const theirs = await startShelld(SHELLD ?? '');
    const steps: Step[] = [['POST', '/lock'], ...printed.map(([command]): Step => ['POST', '/execute', command])];
    expect(await talk(api().url, ours, steps)).toEqual(await talk(theirs, 'k', steps));
  });
});

/** Starts a shelld that goes on after /unlock, and gives its address. */
async function startShelld(program: string): Promise<string> {
  const port = await freePort();
  const file = path.join(await temporaryDirectory(onTestFinished), 'shelld.toml');
  await writeFile(file, `[server]\nport = ${port}\ndie_on_unlock = false\n`);
  const child = spawn(program, ['--config', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => end(child));
  await once(child.stdout, 'data');
  child.stdout.resume();
  const url = `http://127.0.0.1:${port}`;
  await expect
    .poll(() =>
      fetch(`${url}/health`).then(
        ({ status }) => status,
        () => 0,
      ),
    )
    .toBe(200);
  return url;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** What each step was answered, as text that shows every byte. */
async function talk(url: string, key: string, steps: (Step | 'settle')[]): Promise<string[]> {
  const answers: string[] = [];
  for (const step of steps) {
    if (step === 'settle') await expect.poll(() => send(url, key, ['GET', '/state'])).toContain('locked');
    else answers.push(`${step.join(' ')} → ${await send(url, key, step)}`);
  }
  return answers;
}

async function send(url: string, key: string, [method, address, body, timeout]: Step): Promise<string> {
  const headers = { 'X-Shell-Key': key, ...(timeout && { 'X-Command-Timeout': timeout }) };
  const response = await fetch(url + address, { method, headers, body: body ?? null });
  return `${response.status} ${JSON.stringify(Buffer.from(await response.arrayBuffer()).toString('latin1'))}`;
}
