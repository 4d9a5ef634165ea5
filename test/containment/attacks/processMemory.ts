import { expect } from 'vitest';
import type { Attack } from '../attack.ts';

export const processMemory: Attack = {
  threat: 'reads the environment, memory or open files of the host or of another session, or the database’s password',
  refused: ['account', 'bubblewrap', 'user'],
  run: async ({ attacker, victim, host, databaseUrl }) => {
    const { stdout: victimPid } = await victim.run('export TOKEN=of-the-victim; sleep 60 & echo $!');
    const pids = [host.pid, host.companionPid, victimPid.trim()].join(' ');
    const { password } = new URL(databaseUrl);
    const walk = 'for f in /proc/[0-9]*/{environ,cmdline}; do tr "\\0" "\\n" <"$f"; done 2>/dev/null';
    const { stdout } = await attacker.run(walk, { max_output: 32 * 1024 * 1024 });
    expect(stdout).not.toContain(password);
    expect(stdout).not.toContain('of-the-victim');
    const open = `for pid in ${pids}; do for f in mem environ maps; do [ -e /proc/$pid ] && : <"/proc/$pid/$f" && [ $(cut -c1 <"/proc/$pid/$f" 2>/dev/null | wc -c) != 0 ] && grep -qs of-the-victim "/proc/$pid/environ" && echo "$f"; ls /proc/$pid/fd/ /proc/$pid/cwd/; done; done 2>/dev/null`;
    const opened = await attacker.run(open);
    const isOwn = opened.stdout.trim() === '' || !opened.stdout.includes('environ');
    expect(isOwn).toBe(true);
    await victim.run('kill $!; unset TOKEN');
  },
};
