/** What a simulation does, decided before it begins: the same seed gives the same decisions. */
import fc from 'fast-check';
import type { Failure } from './connection.ts';
import type { Script } from './script.ts';

/** How many hosts there are. Each has a name that its successors take over. */
export const hostCount = 3;

/** `nth` names a session, command or query by its place among those known at that step. */
export type Decision =
  | { kind: 'open'; idleMs: number | null; ephemeral: boolean; script: Script }
  | { kind: 'submit'; nth: number; script: Script; keyed: boolean }
  | { kind: 'repeat' | 'cancel' | 'eof'; nth: number }
  | { kind: 'signal'; nth: number; signal: 'INT' | 'TERM' | 'KILL' | 'USR1' }
  | { kind: 'stdin'; nth: number; bytes: number }
  | { kind: 'close'; nth: number }
  | { kind: 'interrupt'; nth: number }
  | { kind: 'kill' | 'killBoth' | 'vanish' | 'killCompanion' | 'drain' | 'start' | 'twin' | 'drop'; host: number }
  | { kind: 'freeze'; host: number; ms: number }
  | { kind: 'refuseShell'; host: number }
  | { kind: 'failQuery'; host: number | 'edge'; nth: number; how: Failure }
  | { kind: 'failCall'; host: number | 'edge'; call: string; how: Failure }
  | { kind: 'loseHints'; percent: number }
  | { kind: 'extraHint'; nth: number }
  | { kind: 'restart'; mode: 'fast' | 'immediate' }
  | { kind: 'quiet' };

/** A decision, and the pause after it in ms; without one the next is under way at the same time. */
export type Step = { decision: Decision; pauseMs: number };

/** `calm`: no host dies, freezes or stops, so that no burial hides a lost wake-up. `stormy`: little else happens. */
export const profiles = ['everything', 'calm', 'stormy'] as const;
export type Profile = (typeof profiles)[number];

const nth = fc.nat(1_000_000);
const host = fc.nat(hostCount - 1);
const how = fc.constantFrom<Failure>('before', 'after', 'after', 'cancelled', 'slow');
const caller = fc.oneof(host, fc.constant('edge' as const));
/** Where a lost answer is the most vicious. */
const calls = ['claim_command', 'finish_command', 'detach_session', 'adopt_session', 'append_output', 'take_controls'];
const late = ['record_shell', 'append_late_output', 'release_claim', 'heartbeat', 'bury_session', 'confirm_death'];
const edgeCalls = ['submit_command', 'create_session', 'close_session', 'cancel_command', 'write_stdin'];

const piece = fc.record({
  stream: fc.constantFrom(1 as const, 2 as const),
  bytes: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 1, max: 400 }) }, fc.constantFrom(65_536, 70_001)),
  pauseMs: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 30 })),
});
const script: fc.Arbitrary<Script> = fc.record({
  pieces: fc.array(piece, { maxLength: 4 }),
  end: fc.oneof(
    { weight: 16, arbitrary: fc.constant('exit' as const) },
    { weight: 1, arbitrary: fc.constant('shell_exit' as const) },
    { weight: 2, arbitrary: fc.constant('wait' as const) },
  ),
  exitCode: fc.nat(3),
  ignoresInterrupt: fc.boolean(),
  shellSurvives: fc.boolean(),
  lateBytes: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 100 })),
  echoes: fc.boolean(),
  timeoutMs: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.integer({ min: 1, max: 60 })),
  maxOutput: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.constant(500)),
});

const of = <Kind extends string>(kind: Kind) => ({ kind: fc.constant(kind) });
const work: [number, fc.Arbitrary<Decision>][] = [
  [
    6,
    fc.record({
      ...of('open'),
      idleMs: fc.option(fc.integer({ min: 20, max: 400 }), { nil: null }),
      ephemeral: fc.boolean(),
      script,
    }),
  ],
  [40, fc.record({ ...of('submit'), nth, script, keyed: fc.boolean() })],
  [5, fc.record({ ...of('repeat'), nth })],
  [5, fc.record({ ...of('cancel'), nth })],
  [4, fc.record({ ...of('signal'), nth, signal: fc.constantFrom('INT', 'TERM', 'KILL', 'USR1') })],
  [5, fc.record({ ...of('stdin'), nth, bytes: fc.integer({ min: 0, max: 300 }) })],
  [2, fc.record({ ...of('eof'), nth })],
  [2, fc.record({ ...of('close'), nth })],
  [1, fc.record({ ...of('interrupt'), nth })],
];
const trouble: [number, fc.Arbitrary<Decision>][] = [
  [5, fc.record({ ...of('failQuery'), host: caller, nth: fc.integer({ min: 1, max: 15 }), how })],
  [4, fc.record({ ...of('failCall'), host, call: fc.constantFrom(...calls, ...late), how })],
  [2, fc.record({ ...of('failCall'), host: fc.constant('edge' as const), call: fc.constantFrom(...edgeCalls), how })],
  [1, fc.record({ ...of('drop'), host })],
  [1, fc.record({ ...of('loseHints'), percent: fc.constantFrom(0, 0, 30, 100) })],
  [1, fc.record({ ...of('extraHint'), nth })],
];
const death: [number, fc.Arbitrary<Decision>][] = [
  [1, fc.record({ ...of('kill'), host })],
  [0.3, fc.record({ ...of('killBoth'), host })],
  [0.2, fc.record({ ...of('vanish'), host })],
  [0.3, fc.record({ ...of('killCompanion'), host })],
  [0.5, fc.record({ ...of('drain'), host })],
  [4, fc.record({ ...of('start'), host })],
  [0.3, fc.record({ ...of('twin'), host })],
  [1, fc.record({ ...of('freeze'), host, ms: fc.constantFrom(100, 400, 900, 1_500, 3_500) })],
  [0.3, fc.record({ ...of('refuseShell'), host })],
];
const restart = fc.record({ ...of('restart'), mode: fc.constantFrom('fast' as const, 'immediate' as const) });
const quiet: fc.Arbitrary<Decision> = fc.record(of('quiet'));

const shares: Record<Profile, Record<'work' | 'trouble' | 'death' | 'restart' | 'quiet', number>> = {
  everything: { work: 10, trouble: 10, death: 4, restart: 1, quiet: 3 },
  calm: { work: 10, trouble: 20, death: 0, restart: 0, quiet: 8 },
  stormy: { work: 10, trouble: 5, death: 15, restart: 3, quiet: 8 },
};

/** About an eighth of all weights. */
const favourWeight = 1_300;

/** The steps of a simulation. Every eighth or so is one of `favours`, if any. */
export function schedule(seed: number, steps: number, profile: Profile, favours: Decision[] = []): Step[] {
  const share = shares[profile];
  // fast-check's weights are whole numbers.
  const scaled = (choices: [number, fc.Arbitrary<Decision>][], times: number) =>
    choices.map(([weight, arbitrary]) => ({ weight: Math.round(weight * times * 10), arbitrary }));
  const decision = fc.oneof(
    ...scaled(work, share.work),
    ...scaled(trouble, share.trouble),
    ...scaled(death, share.death),
    { weight: share.restart * 10, arbitrary: restart },
    { weight: share.quiet * 10, arbitrary: quiet },
    ...(favours.length > 0 ? [{ weight: favourWeight, arbitrary: fc.constantFrom(...favours) }] : []),
  );
  const pauseMs = fc.oneof(
    { weight: 5, arbitrary: fc.constant(0) },
    { weight: 5, arbitrary: fc.integer({ min: 1, max: 12 }) },
  );
  return fc.sample(fc.noBias(fc.record({ decision, pauseMs })), { seed, numRuns: steps });
}
