/** One simulation: real hosts and real Postgres, scripted shells, and the decisions of a seed. */
import { setTimeout as delay } from 'node:timers/promises';
import { Actions } from './actions.ts';
import { Clients } from './clients.ts';
import { createSimulationDatabase, type SimulationDatabase } from './database.ts';
import { openEdge } from './edge.ts';
import { Fleet } from './fleet.ts';
import { Invariants } from './invariants.ts';
import type { CommandRecord } from './record.ts';
import type { RuleName } from './rules.ts';
import { type Decision, type Profile, schedule } from './schedule.ts';
import { type Fault, type FaultKind, World } from './world.ts';

export interface SimulationOptions {
  seed: number;
  steps: number;
  profile: Profile;
  without?: RuleName;
  /** Decisions that come more often. */
  favours?: Decision[];
  /** Goes on until one of these is seen; else the first fault of any kind ends it. */
  until?: FaultKind[];
  cluster: { url: string; template: string; restart?: (mode: 'fast' | 'immediate') => Promise<void> };
  workDir: string;
  /** How long healthy hosts may take to end all that is under way. */
  patienceMs?: number;
}

export interface Report {
  seed: number;
  steps: number;
  faults: Fault[];
  commands: CommandRecord[];
  /** How often each kind of decision was carried out. */
  decisions: Record<string, number>;
  longestRecoveryMs: number;
  runs: number;
  /** The log as far as it concerns what is wrong. */
  story: string[];
  /** All that is kept of it. */
  log: string[];
}

const patienceMsDefault = 60_000;
/** Of three hosts enough for all open sessions (see actions.ts); of two it is not, and some wait for room. */
const capacity = 5;
/** More calls at once would only queue for connections. */
const callsMax = 8;

/** Carries out the decisions of a seed, and looks after every step. Ends at the first fault, or after the last step. */
export async function simulate(options: SimulationOptions): Promise<Report> {
  const { cluster, without = null } = options;
  const database = await createSimulationDatabase(cluster.url, cluster.template, without);
  const world = new World();
  const edge = openEdge(database.url, world);
  const clients = new Clients(edge.calls, database.credential, world, options.seed);
  const settings = { connectionString: database.url, workDir: options.workDir, capacity };
  const fleet = new Fleet({ ...settings, withoutCompanion: without === 'companion' }, world);
  const restart = cluster.restart ?? (async () => {});
  const invariants = new Invariants(database.query, world, clients);
  const patienceMs = options.patienceMs ?? patienceMsDefault;
  const actions = new Actions({ world, clients, fleet, edge, database, invariants, restart, patienceMs });
  try {
    await fleet.startAll();
    const steps = await run(options, actions, world, database);
    return report(options, steps, actions, world);
  } finally {
    world.stalls.stop();
    await fleet.endAll();
    await edge.close();
    await database.drop();
  }
}

/** Returns how many steps were done. */
async function run(options: SimulationOptions, actions: Actions, world: World, database: SimulationDatabase) {
  const done = () => isDone(world.faults, options.until);
  const calls = new Set<Promise<void>>();
  let steps = 0;
  for (const { decision, pauseMs } of schedule(options.seed, options.steps, options.profile, options.favours)) {
    if (done()) break;
    steps += 1;
    if (decision.kind === 'quiet' || decision.kind === 'restart') await Promise.all(calls);
    const call = actions.carryOut(decision).finally(() => calls.delete(call));
    calls.add(call);
    if (decision.kind === 'quiet' || decision.kind === 'restart') await call;
    if (pauseMs > 0) await delay(pauseMs);
    if (calls.size >= callsMax) await Promise.race(calls);
    await look(world, database);
  }
  await Promise.all(calls);
  if (!done()) await actions.carryOut({ kind: 'quiet' });
  return steps;
}

/** What the observer in the database saw becomes a fault of the world. */
async function look(world: World, { query }: SimulationDatabase): Promise<void> {
  const rows = await query('select kind, detail from simulation.seen()', []);
  const known = new Set(world.faults.map(({ kind, detail }) => `${kind} ${detail}`));
  for (const { kind, detail } of rows as unknown as Fault[]) {
    if (!known.has(`${kind} ${detail}`)) world.fault(kind, detail);
  }
}

function isDone(faults: Fault[], until: FaultKind[] | undefined): boolean {
  return until ? faults.some(({ kind }) => until.includes(kind)) : faults.length > 0;
}

function report(options: SimulationOptions, steps: number, actions: Actions, world: World): Report {
  const ids = world.faults.flatMap(({ detail }) => detail.match(/[0-9a-f]{8}-[0-9a-f-]{27}/g) ?? []);
  return {
    seed: options.seed,
    steps,
    faults: world.faults,
    commands: actions.commands,
    decisions: actions.decisions,
    longestRecoveryMs: actions.longestRecoveryMs,
    runs: world.runs.size,
    story: world.faults.length === 0 ? [] : world.story(ids),
    log: world.story([]),
  };
}
