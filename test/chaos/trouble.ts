/** What goes wrong in a chaos run: a random one every few moments, each with its own end. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HostProcess } from '../support/host.ts';
import type { Fleet } from '../support/openFleet.ts';
import { alive } from '../support/processes.ts';
import type { Slot } from './slots.ts';

export interface Surroundings {
  fleet: Fleet;
  slots: Slot[];
  random: () => number;
  leaseMs: number;
  fenceAfterMs: number;
}

type Trouble = (at: Surroundings, host: HostProcess) => Promise<void>;

/** Each with its weight. */
const troubles: Record<string, { weight: number; make: Trouble }> = {
  killed: { weight: 30, make: async (_at, host) => host.kill('SIGKILL') },
  killedWithCompanion: { weight: 8, make: killBoth },
  companionKilled: { weight: 8, make: async (_at, { companionPid }) => killCompanion(companionPid) },
  stopped: { weight: 20, make: (at, host) => freeze(host, (0.1 + 1.4 * at.random()) * at.leaseMs) },
  stoppedTooLong: { weight: 6, make: (at, host) => freeze(host, at.fenceAfterMs * 1.1) },
  drained: { weight: 8, make: async (_at, host) => host.kill('SIGTERM') },
  postgresCrashed: { weight: 12, make: ({ fleet, random, leaseMs }) => crash(fleet, random() * leaseMs) },
  connectionsDropped: { weight: 8, make: ({ fleet }) => dropConnections(fleet) },
};

/** How often, and when there was enough of it. */
export interface Plan {
  betweenMs: number;
  troublesMax: number;
}

/** Makes trouble until there was enough, or `stopping` aborts; resolves with how often there was each, once all is over. */
export async function makeTrouble(at: Surroundings, { betweenMs, troublesMax }: Plan, stopping: AbortSignal) {
  const counts: Record<string, number> = {};
  const underWay = new Map<string, Promise<void>>();
  for (let made = 0; made < troublesMax && !stopping.aborted; ) {
    await delay(betweenMs * (0.5 + at.random()), undefined, { signal: stopping }).catch(() => undefined);
    const [name, make] = choose(at.random);
    const slot = at.slots[Math.floor(at.random() * at.slots.length)];
    // One at a time of each that lasts: Postgres is one, and so is a host.
    const subject = name.startsWith('postgres') || name.startsWith('connections') ? 'postgres' : (slot?.name ?? '');
    if (stopping.aborted || underWay.has(subject) || !slot?.host) continue;
    counts[name] = (counts[name] ?? 0) + 1;
    made += 1;
    underWay.set(
      subject,
      make(at, slot.host).finally(() => underWay.delete(subject)),
    );
  }
  await Promise.all(underWay.values());
  return counts;
}

function choose(random: () => number): [name: string, make: Trouble] {
  const total = Object.values(troubles).reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const [name, { weight, make }] of Object.entries(troubles)) {
    left -= weight;
    if (left < 0) return [name, make];
  }
  throw new Error('the weights do not add up');
}

/** The host is stopped first, so that it cannot replace its companion. One that was replaced meanwhile lives on. */
async function killBoth(_at: Surroundings, host: HostProcess): Promise<void> {
  host.kill('SIGSTOP');
  killCompanion(host.companionPid);
  host.kill('SIGKILL');
}

function killCompanion(pid: number): void {
  if (alive([pid]).length > 0) process.kill(pid, 'SIGKILL');
}

async function freeze(host: HostProcess, ms: number): Promise<void> {
  host.kill('SIGSTOP');
  await delay(ms);
  host.kill('SIGCONT');
}

async function crash({ postgres }: Fleet, awayMs: number): Promise<void> {
  await postgres.crash();
  await delay(awayMs);
  await postgres.start();
}

async function dropConnections({ query }: Fleet): Promise<void> {
  const drop = `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
  await query(drop, []).catch(() => undefined);
}
