/** Where the time of a command goes, as the record tells: its times are the database's, which is on the caller's machine here. */
import type { Answered } from './client.ts';
import { percentile } from './statistics.ts';

/** In ms, each to the next. */
export interface Stages {
  /** Asked, to recorded: the request, the edge, and the submit up to its commit. */
  submit: number;
  /** Recorded, to started: that commit, the notification, and the claim up to its commit. */
  claim: number;
  /** Started, to ended: that commit, the shell, its state, and the finish up to its commit. */
  run: number;
  /** Ended, to answered: that commit, the notification, the read and the response. */
  answer: number;
}

/** The time as the record has it: ms since 1970, with microseconds. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** Between asking and having the answer. */
export function stagesOf(askedAt: number, command: Answered, answeredAt: number): Stages {
  const [created, started, finished] = [command.created_at, command.started_at, command.finished_at].map(parsed);
  if (created === undefined || started === undefined || finished === undefined) throw new Error('It has not ended.');
  return {
    submit: created - askedAt,
    claim: started - created,
    run: finished - started,
    answer: answeredAt - finished,
  };
}

/** Of each stage the time below which half of them lie. */
export function middle(stages: Stages[]): Stages {
  const of = (stage: keyof Stages) =>
    Math.round(
      percentile(
        stages.map((one) => one[stage]),
        0.5,
      ) * 100,
    ) / 100;
  return { submit: of('submit'), claim: of('claim'), run: of('run'), answer: of('answer') };
}

/** Date.parse leaves the last three of six digits out. */
function parsed(time: string): number {
  return Date.parse(time) + Number(/\.\d{3}(\d{3})/.exec(time)?.[1] ?? 0) / 1000;
}
