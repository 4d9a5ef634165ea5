/** Control groups, as files: this is what is written to the kernel where it has them, and what is read from it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseHostConfig } from '../../worker/config.ts';
import { findCgroups, makeCgroup } from '../../worker/sandbox/cgroups.ts';
import { openTestShell, temporaryDirectory } from '../worker/shell/support.ts';

const { limits } = parseHostConfig({
  connectionString: 'x',
  workDir: '/x',
  limits: { memoryBytes: 2 ** 26, processes: 99 },
});

function group(controllers: string, processes = ''): string {
  const path = temporaryDirectory();
  writeFileSync(`${path}/cgroup.controllers`, controllers);
  writeFileSync(`${path}/cgroup.procs`, processes);
  return path;
}

test('sessions get groups beside that of the host, where memory and processes can be divided', () => {
  const slice = group('cpu memory pids');
  mkdirSync(`${slice}/limpet.service`);
  writeFileSync(`${slice}/limpet.service/cgroup.type`, 'domain');
  expect(findCgroups(`${slice}/limpet.service`)).toBe(`${slice}/limpet-shells`);
  for (const dividing of [slice, `${slice}/limpet-shells`]) {
    expect(readFileSync(`${dividing}/cgroup.subtree_control`, 'utf8')).toBe('+memory +pids');
  }
});

test('in the root of all groups they are made in it, whoever else is there', () => {
  const root = group('memory pids', '1\n2\n');
  expect(findCgroups(root)).toBe(`${root}/limpet-shells`);
});

test('a group with processes is not divided', () => {
  const busy = group('memory pids', '1\n');
  mkdirSync(`${busy}/own`);
  writeFileSync(`${busy}/own/cgroup.type`, 'domain');
  expect(findCgroups(`${busy}/own`)).toBeNull();
});

test.for([['cpu pids'], ['hugetlb'], ['']] as const)('with nothing but "%s" there are none', ([controllers]) => {
  expect(findCgroups(group(controllers))).toBeNull();
});

test('where nothing may be written there are none, and no error', () => {
  expect(findCgroups('/proc/self/nowhere')).toBeNull();
  expect(findCgroups(null)).toBeNull();
});

test('a shell’s group has the limits, takes it in, and tells once what was reached', () => {
  const all = temporaryDirectory();
  // The kernel makes these files with the directory.
  mkdirSync(`${all}/prepared`);
  const count = (memory: number, pids: number) => {
    writeFileSync(`${all}/prepared/memory.events`, `low 0\noom_kill ${memory}\n`);
    writeFileSync(`${all}/prepared/pids.events`, `max ${pids}\n`);
  };
  count(0, 0);
  const cgroup = makeCgroup(all, 'prepared', limits);
  const written = (file: string) => readFileSync(`${all}/prepared/${file}`, 'utf8');
  expect([written('memory.max'), written('pids.max')]).toEqual([String(2 ** 26), '99']);
  cgroup.add(1234);
  expect(written('cgroup.procs')).toBe('1234');
  expect(cgroup.reached()).toEqual([]);
  count(1, 0);
  expect(cgroup.reached()).toEqual(['memoryBytes']);
  count(1, 3);
  expect(cgroup.reached()).toEqual(['processes']);
  expect(cgroup.reached()).toEqual([]);
});

test('bash is not there before its process was taken in', async () => {
  const gate = readFileSync(new URL('../../worker/sandbox/gate.bash', import.meta.url), 'utf8');
  const taken: string[] = [];
  const shell = await openTestShell({
    launch: {
      words: () => ['bash', '-c', gate, 'gate'],
      onSpawn: async (pid) => {
        // Somebody who is slow: bash has all the time to be early.
        await new Promise((resolve) => setImmediate(resolve));
        taken.push(`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('exec')}`);
      },
    },
  });
  expect(taken).toEqual([`${shell.pid} true`]);
  expect((await shell.exec('echo $$')).out).toBe(`${shell.pid}\n`);
});

test('a shell whose process cannot be taken in is not opened', async () => {
  const opened = openTestShell({
    launch: { words: () => [], onSpawn: () => Promise.reject(new Error('no such group')) },
  });
  await expect(opened).rejects.toThrow('no such group');
});
