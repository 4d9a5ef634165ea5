/** Scope: a session that is closed leaves nothing behind. */
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { TerminalShell } from './screen.ts';
import { Shell } from './shell.ts';
import { until, useStack } from './stack.ts';

const stack = useStack();
const [rounds, atOnce] = [10, 10];
const longMs = 240_000;

test.each([
  ['sessions', () => Shell.open(stack().api)],
  ['sessions with a terminal', () => TerminalShell.open(stack().api)],
])('100 %s, opened and closed, leave no process, no descriptor and no file', { timeout: longMs }, async (_, open) => {
  // Once round before it is counted: the pools open their connections, and what is loaded late is loaded.
  await cycles(open);
  const descriptors = held();
  for (let round = 1; round < rounds; round += 1) await cycles(open);
  await until(() => held() <= descriptors);
  expect([stack().processes(), files()]).toEqual([[], []]);
});

/** Some sessions beside each other, each with a job, a file, a descriptor and a command that waits for input. */
async function cycles(open: () => Promise<Shell>): Promise<void> {
  const sessions = Array.from({ length: atOnce }, async () => {
    const shell = await open();
    await shell.play([['touch file; exec 9<file; sleep 300 & (setsid sleep 300 &); seq 1000', { exit_code: 0 }]]);
    const command = await shell.start('cat', { interactive: true });
    await command.send('x');
    await shell.close();
    expect((await command.ended()).state).toMatch(/killed|cancelled/);
  });
  await Promise.all(sessions);
  await until(() => files().length === 0 && stack().processes().length === 0);
}

function held(): number {
  return readdirSync(`/proc/${stack().hostPid}/fd`).length;
}

/** Of sessions and of shells: each start of the host has a directory for those. */
function files(): string[] {
  const [run = ''] = readdirSync(`${stack().workDir}/run`);
  const ofHost = (file: string) => file === 'machine'; // whose directory it is (worker/machine.ts)
  const all = [`run/${run}`, 'sessions'].flatMap((name) => readdirSync(`${stack().workDir}/${name}`));
  return all.filter((file) => !ofHost(file));
}
