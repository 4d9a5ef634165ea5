/** What a removed rule is made of, and the decisions that most lead to its absence being seen. */
import { type Decision, hostCount, type Profile } from './schedule.ts';
import type { FaultKind } from './world.ts';

export interface Rule {
  /** What is removed. */
  removes: string;
  /** By file of sql/: a text that is in it, and what stands there instead. */
  edits: [file: string, from: string, to: string][];
  /** Statements besides. */
  statements?: string[];
  /** Where its absence shows soonest. */
  profile: Profile;
  /** Decisions that lead there. */
  favours: Decision[];
  /** The fault, any of these, that must be reported. */
  reports: FaultKind[];
}

/** The number of each host. */
export const hosts = Array.from({ length: hostCount }, (_, host) => host);
/** The answer to this call is lost after its commit. */
export const unanswered = (call: string): Decision[] =>
  hosts.map((host) => ({ kind: 'failCall', host, call, how: 'after' }));
/** Hosts that die and come back. */
export const deaths: Decision[] = hosts.flatMap((host) => [
  { kind: 'kill', host },
  { kind: 'start', host },
]);
/** The last line of what keeps a final state final. */
export const dropGuard = 'drop trigger commands_guard on limpet.commands';
/** Signals that end no command, so that it lives to get them again. */
export const harmlessSignals: Decision[] = Array.from({ length: 50 }, (_, nth) => ({
  kind: 'signal',
  nth: nth * 7_919,
  signal: 'USR1',
}));
