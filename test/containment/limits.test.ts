/** What would take the machine down, within limits: it fails, the limit is named, and a neighbour's session goes on. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Shell } from '../behaviour/shell.ts';
import { until } from '../behaviour/stack.ts';
import { type Fleet, openFleet } from '../support/openFleet.ts';
import { usualSandbox } from '../support/sandbox.ts';

const MiB = 1024 * 1024;
const [processes, memoryMiB, fileMiB, cpuSeconds, diskMiB] = [64, 256, 8, 2, 64];
const isCounted = usualSandbox !== 'none';

let fleet: Fleet;
let neighbour: Shell;
let shell: Shell;
beforeAll(async () => {
  fleet = await openFleet({});
  const env = {
    LIMPET_LIMIT_PROCESSES: String(processes),
    LIMPET_LIMIT_MEMORY: String(memoryMiB * MiB),
    LIMPET_LIMIT_FILE: String(fileMiB * MiB),
    LIMPET_LIMIT_CPU_SECONDS: String(cpuSeconds),
    LIMPET_LIMIT_DISK: String(diskMiB * MiB),
  };
  await fleet.host('limited', { env });
  neighbour = await Shell.open(fleet.api);
  shell = await Shell.open(fleet.api);
});
afterAll(() => fleet.stop());

async function goesOn(): Promise<void> {
  expect(await neighbour.run('echo on')).toMatchObject({ exit_code: 0, stdout: 'on\n' });
  expect(await shell.run('echo on')).toMatchObject({ exit_code: 0, stdout: 'on\n' });
}

test('a session tells its limits, and what holds each', async () => {
  await shell.run('true');
  expect((await shell.session()).sandbox?.limits).toMatchObject({
    memory_bytes: { value: memoryMiB * MiB },
    processes: { value: processes },
    cpu_seconds: { value: cpuSeconds, by: 'prlimit' },
    file_bytes: { value: fileMiB * MiB, by: 'prlimit' },
  });
});

describe('a command', () => {
  test('may write a file up to the limit; one more byte ends it, and the limit is named', async () => {
    const fits = await shell.run(`head -c ${fileMiB * MiB} /dev/zero >full`);
    expect(fits).toMatchObject({ exit_code: 0, problem: null });
    const ended = await shell.run('rm full; yes >full; code=$?; wc -c <full; rm full; (exit $code)');
    expect(ended).toMatchObject({ exit_code: 153, stdout: `${fileMiB * MiB}\n` });
    expect(ended.problem).toContain('LIMPET_LIMIT_FILE');
    await goesOn();
  });

  test('that takes a processor for ever is ended, and the limit is named', async () => {
    const ended = await shell.run('bash -c "while :; do :; done"');
    expect(ended.exit_code).toBeGreaterThan(128);
    expect(ended.problem).toContain('LIMPET_LIMIT_CPU_SECONDS');
    await goesOn();
  });

  test('that fills its directory with files is ended, and the limit is named; it may remove them', async () => {
    const ended = await shell.run('for ((i = 0; ; i += 1)); do head -c 4M /dev/zero >fill-$i; sleep 0.05; done');
    expect(ended.state).toBe('killed');
    expect(ended.problem).toContain('LIMPET_LIMIT_DISK');
    expect(await shell.run('rm fill-*; ls | wc -l')).toMatchObject({ exit_code: 0, stdout: '0\n', problem: null });
    await goesOn();
  });

  const hidden = {
    'in a directory that it has made unreadable':
      'mkdir h; i=0; while exec 3>h/$((i++)); do chmod 000 h; head -c 4M /dev/zero >&3; chmod 700 h; sleep 0.05; done',
    'in files that have no name any more':
      'for ((fd = 20; ; fd += 1)); do eval "exec $fd>gone"; rm gone; head -c 4M /dev/zero >&$fd; sleep 0.05; done',
  };
  test.for(Object.entries(hidden))('that fills it %s is ended, too', async ([, command]) => {
    const own = await Shell.open(fleet.api);
    const ended = await own.run(`( ${command} )`, { timeout: 60 });
    expect(ended.state).toBe('killed');
    expect(ended.problem).toContain('LIMPET_LIMIT_DISK');
    await own.run('chmod -R u+rwx .; rm -rf h');
    await own.close();
    await goesOn();
  });

  test('that takes memory without end fails', async () => {
    // `tail` keeps the last line, which has no end.
    const ended = await shell.run('head -c 600M /dev/zero | tail -n 1 | wc -c');
    expect(Number(ended.stdout)).toBeLessThan(600 * MiB);
    expect(ended.stderr).toMatch(/memory/);
    await goesOn();
  });

  test.runIf(isCounted)('may start processes up to the limit, and a fork bomb stays within it', async () => {
    // Nothing is tried that is not bounded: first it is seen that the limit holds, in this very session.
    expect((await shell.run('ulimit -Hu')).stdout).toBe(`${processes}\n`);
    const bounded = await shell.start(`for i in {1..${processes + 8}}; do sleep 600 & done`, { timeout: 20 });
    // bash would try again for a quarter of a minute before it gives up.
    await until(async () => /Resource temporarily unavailable/.test((await bounded.now()).stderr));
    await shell.close();
    shell = await Shell.open(fleet.api);
    expect((await shell.run('ulimit -Hu')).stdout).toBe(`${processes}\n`);
    const bomb = await shell.run('b() { b | b & }; b; sleep 3', { timeout: 5 });
    expect(['exited', 'timed_out', 'killed', 'shell_exited']).toContain(bomb.state);
    expect(await neighbour.run('echo on')).toMatchObject({ stdout: 'on\n' });
    await shell.close();
    shell = await Shell.open(fleet.api);
    await goesOn();
  });
});
