/**
 * Real hosts, real bash and a real Postgres, all of which are killed, stopped and started at random under load; and the
 * count of what really ran, compared with what the record says.
 */
import { rm } from 'node:fs/promises';
import { findShells } from '../../worker/shell/index.ts';
import { makeDirectory } from '../support/directory.ts';
import { openFleet } from '../support/openFleet.ts';
import { Patient } from '../support/patient.ts';
import { seeded } from '../support/random.ts';
import { type Figures, Load } from './load.ts';
import { Slot } from './slots.ts';
import { makeTrouble, type Plan } from './trouble.ts';

export interface ChaosOptions {
  seed: number;
  hosts: number;
  sessions: number;
  commands: number;
  plan: Plan;
  limits: { lease_ms: number; fence_after_ms: number; hint_ms: number };
  /** Of the hosts. */
  env: Record<string, string>;
  /** Postgres' own; durable where there are none. */
  postgresSettings: Record<string, string>;
  /** Told how far it is. */
  progress?: (line: string) => void;
}

export interface ChaosReport extends Figures {
  troubles: Record<string, number>;
  /** How often a host was started. */
  starts: number;
  /** How often a caller had to send something again. */
  repeated: number;
  /** The longest that any session went without a command ending. */
  longestRecoveryMs: number;
  /** Shells that were left when all had ended. */
  shellsLeft: number;
  tookMs: number;
}

/** Runs it to its end: until every command has ended. */
export async function chaos(options: ChaosOptions): Promise<ChaosReport> {
  const beganAt = performance.now();
  const { limits, env, postgresSettings, progress = () => {} } = options;
  const directory = await makeDirectory();
  const fleet = await openFleet({ limits, env, postgres: { settings: postgresSettings } });
  const names = Array.from({ length: options.hosts }, (_, index) => `chaos-${index + 1}`);
  const slots = await Promise.all(names.map((name) => Slot.open(name, fleet)));
  try {
    const caller = new Patient(fleet.api);
    const random = seeded(options.seed);
    const { sessions, commands } = options;
    const load = new Load(caller, { sessions, commands, file: `${directory}/marks`, work: 'sleep 0.05', random });
    await load.open();
    const over = new AbortController();
    const at = { fleet, slots, random: seeded(options.seed + 1), leaseMs: limits.lease_ms };
    const making = makeTrouble({ ...at, fenceAfterMs: limits.fence_after_ms }, options.plan, over.signal);
    const telling = setInterval(() => progress(`${load.ended} of ${commands} commands have ended`), 10_000);
    await load.run().finally(() => clearInterval(telling));
    over.abort();
    const troubles = await making;
    const figures = await load.figures(fleet.query);
    await Promise.all(slots.map((slot) => slot.stop()));
    const starts = slots.reduce((sum, slot) => sum + slot.starts, 0);
    const { longestRecoveryMs } = load;
    const { repeated } = caller;
    const shellsLeft = await leftShells(fleet.query);
    return {
      ...figures,
      troubles,
      starts,
      repeated,
      longestRecoveryMs,
      shellsLeft,
      tookMs: performance.now() - beganAt,
    };
  } finally {
    await Promise.all(slots.map((slot) => slot.stop()));
    await fleet.stop();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Of the incarnations of this run, whose ids begin those of their shells. */
async function leftShells(query: (text: string, values: unknown[]) => Promise<Record<string, unknown>[]>) {
  const ours = new Set((await query('select incarnation::text from limpet.hosts', [])).map((row) => row.incarnation));
  return findShells().filter((id) => ours.has(id.split('.')[0])).length;
}

/** What may not be, in words; empty where every promise was kept. */
export function broken(report: ChaosReport): string[] {
  const { twice, missing, wrong, stateless, shellsLeft } = report;
  const counts = { 'ran twice': twice, missing, 'with wrong output': wrong, 'without its state': stateless };
  const told = Object.entries({ ...counts, 'shells left': shellsLeft }).filter(([, count]) => count > 0);
  return told.map(([what, count]) => `${count} ${what}`);
}

/** One line. */
export function lineOf(report: ChaosReport, seed: number): string {
  const { commands, exited, lost, other, twice, missing, wrong, starts, repeated, troubles } = report;
  const told = Object.entries(troubles).map(([name, count]) => `${count} ${name}`);
  return [
    `seed ${seed}: ${commands} commands, ${exited} exited, ${lost} lost, ${other} otherwise, ${twice} twice, ${missing} missing`,
    `${wrong} with wrong output; ${told.join(', ')}; ${starts} starts of hosts, ${repeated} requests repeated`,
    `longest recovery ${(report.longestRecoveryMs / 1000).toFixed(1)} s; ${(report.tookMs / 1000).toFixed(0)} s in all`,
  ].join('; ');
}
