/** Shells that are ready before a session asks for one: what they are ready for, what of them is seen, and what they leave. */
import { readdirSync, rmSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { findShells } from '../../worker/shell/index.ts';
import { temporaryDirectory } from '../support/directory.ts';
import { useFleet } from '../support/fleet.ts';
import type { HostProcess } from '../support/host.ts';
import { alive, familyOf } from '../support/processes.ts';

const { fleet, caller } = useFleet();
const soon = { timeout: 20_000, interval: 20 };
let pools = 0;

/** A host with a pool of its own that keeps so many ready, and sessions of it. */
async function hostWith(count: number | undefined, options: { env?: Record<string, string>; workDir?: string } = {}) {
  const pool = `pool ${++pools}`;
  const warm: Record<string, string> = { LIMPET_WARM_SHELLS: count === undefined ? '' : String(count) };
  const env = { LIMPET_POOL: pool, LIMPET_LOG_LEVEL: 'debug', ...warm, ...options.env };
  const host = await fleet.host(undefined, { ...options, env });
  const open = (session: object = {}) => caller.open({ pool, ...session });
  return { host, open };
}

/** The ids of its shells, of sessions or not. */
const shellsOf = ({ incarnation }: HostProcess) => findShells().filter((id) => id.startsWith(`${incarnation}.`));
const opened = ({ logged }: HostProcess) =>
  logged.filter(({ event }) => event === 'shell_opened').map(({ was_ready }) => was_ready);
/** Resolves once so many have become ready since its start, whatever became of them. */
const ready = (host: HostProcess, count: number) =>
  expect.poll(() => events(host).filter((event) => event === 'warm_shell_ready').length, soon).toBe(count);
const kept = ({ workDir }: HostProcess) =>
  ['sessions', 'tmp'].flatMap((name) => readdirSync(`${workDir}/${name}`)).filter((name) => name.startsWith('warm-'));
const events = ({ logged }: HostProcess) => logged.map(({ event }) => event);

test('two are ready before the first session, which takes one that is then replaced', async () => {
  const { host, open } = await hostWith(undefined);
  await ready(host, 2);
  const [first] = shellsOf(host);
  const session = await open();
  expect((await caller.run(session, 'echo $LIMPET_SHELL')).stdout).toBe(`${first}\n`);
  expect(opened(host)).toEqual([true]);
  await ready(host, 3);
  expect(shellsOf(host)).toHaveLength(3);
  expect((await caller.session(session)).generation).toBe(1);
});

test('none are ready where none are to be', async () => {
  const { host, open } = await hostWith(0);
  await caller.run(await open(), 'true');
  expect(opened(host)).toEqual([false]);
  expect(shellsOf(host)).toHaveLength(1);
});

test('ready are those of the kinds that were asked for last, never more than may be, and a terminal has the size of its session', async () => {
  const { host, open } = await hostWith(2);
  await ready(host, 2);
  const terminal = { tty: true, cols: 77, rows: 11 };
  await caller.run(await open(terminal), 'true');
  await ready(host, 3);
  // One of the first two makes room for it.
  await expect.poll(() => shellsOf(host).length, soon).toBe(3);
  expect((await caller.run(await open(terminal), 'stty size; tty >/dev/null && echo yes')).stdout).toBe(
    '11 77\r\nyes\r\n',
  );
  expect(opened(host)).toEqual([false, true]);
});

/** What a session can learn of where it is, sorted where the order is chance. */
const look = [
  "tr '\\0' '\\n' </proc/$$/environ | sort",
  "declare -p | grep -Ev '^declare -[-a-zA-Z]+ (RANDOM|SRANDOM|SECONDS|EPOCH\\w+|BASHPID|PPID|LIMPET_COMMAND|BASH_\\w+|_)='",
  'ulimit -aS; ulimit -aH; umask; pwd; id; set -o; shopt; alias; trap -p; history; jobs; tty; stty -a </dev/tty',
  'cat /proc/$$/oom_score_adj; cut -d" " -f4- /proc/$$/mountinfo; cat /proc/$$/cgroup',
  'grep -E "^(Uid|Gid|Groups|Cap|NoNewPrivs|Sig|Seccomp|Umask|TracerPid)" /proc/$$/status',
  'stat -c "%n %A %u %g" ~ ~/.. /tmp; ls -A ~ ~/.. | wc -l; cat /proc/$PPID/comm; ps -o pgid=,sid= $$ | wc -w',
].join('\n');

const profiles = process.getuid?.() === 0 ? ['account', 'bubblewrap'] : ['none'];
test.each(profiles.flatMap((sandbox) => [false, true].map((tty) => ({ sandbox, tty }))))(
  'nothing of a session tells whether its shell was ready: %o',
  async ({ sandbox, tty }) => {
    const seen = await Promise.all(
      [0, 1].map(async (count) => {
        const { host, open } = await hostWith(count, { env: { LIMPET_SANDBOX: sandbox } });
        await ready(host, count);
        // The first of these asks for its kind.
        await caller.run(await open({ tty }), 'true');
        await ready(host, 2 * count);
        const session = await open({ tty, env: { GIVEN: 'yes' }, cwd: '/usr' });
        const { stdout, stderr } = await caller.run(session, look);
        expect(opened(host).at(-1)).toBe(count > 0);
        const uid = /\((\d+)\)|uid=(\d+)/.exec(stdout)?.slice(1).find(Boolean) ?? '';
        return (stdout + stderr)
          .replaceAll(session, 'SESSION')
          .replaceAll(host.workDir, 'WORK')
          .replaceAll(host.incarnation, 'HOST')
          .replaceAll(new RegExp(`\\b${uid}\\b`, 'g'), 'UID')
          .replaceAll(/HOST\.\d+|limpet-\w+|pts\/\d+|^\/\d+ \/dev|\b\d{15,}\b/gm, 'ITS OWN')
          .split('\n');
      }),
    );
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[0]?.length).toBeGreaterThan(100);
  },
  60_000,
);

test('one that died is replaced, and a session that comes meanwhile has its shell all the same', async () => {
  const { host, open } = await hostWith(1);
  await ready(host, 1);
  const [id] = shellsOf(host);
  // Those of the shell: the host's other child is its companion.
  for (const pid of familyOf(host.pid).filter((one) => one !== host.pid && one !== host.companionPid)) kill(pid);
  expect((await caller.run(await open(), 'echo well')).stdout).toBe('well\n');
  await expect.poll(() => events(host), soon).toContain('warm_shell_ended');
  expect(opened(host)).toEqual([false]);
  await ready(host, 2);
  expect(shellsOf(host)).toHaveLength(2);
  expect(shellsOf(host)).not.toContain(id);
});

test('one that cannot be given away is ended, and the session has another', async () => {
  const { host, open } = await hostWith(1);
  await ready(host, 1);
  const [id] = shellsOf(host);
  for (const name of kept(host)) rmSync(`${host.workDir}/sessions/${name}`, { recursive: true, force: true });
  expect((await caller.run(await open(), 'cd && echo well')).stdout).toBe('well\n');
  expect(events(host)).toContain('warm_shell_not_used');
  expect(opened(host)).toEqual([false]);
  expect(shellsOf(host)).not.toContain(id);
});

test('a host that ends takes them along, and what they would have had', async () => {
  const { host } = await hostWith(2);
  await ready(host, 2);
  expect(kept(host).length).toBeGreaterThan(0);
  host.kill('SIGTERM');
  expect(await host.ended).toBe(0);
  expect(shellsOf(host)).toEqual([]);
  expect(kept(host)).toEqual([]);
  expect(readdirSync(`${host.workDir}/run`)).toEqual([]);
});

test('a host that is killed leaves none, and the next one in its place removes what they would have had', async () => {
  const workDir = await temporaryDirectory(onTestFinished);
  const { host } = await hostWith(2, { workDir });
  await ready(host, 2);
  const family = familyOf(host.pid);
  host.kill('SIGKILL');
  await expect.poll(() => alive(family), soon).toEqual([]);
  expect(shellsOf(host)).toEqual([]);
  expect(kept(host).length).toBeGreaterThan(0);
  const { host: next } = await hostWith(0, { workDir });
  await expect.poll(() => kept(next), soon).toEqual([]);
});

function kill(pid: number): void {
  process.kill(pid, 'SIGKILL');
}
