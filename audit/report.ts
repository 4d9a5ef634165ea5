/** What a verification says in the end, for programs and for people. */
import type { LineOf } from './bundle.ts';
import type { Finding, Findings, Verdict } from './findings.ts';
import type { History, Seen } from './history.ts';

/** What a verification found, as a person or a program reads it. */
export interface Report {
  verdict: Verdict;
  /** Nothing that is here was altered. */
  integrity: Verdict;
  /** Nothing is missing. */
  completeness: Verdict;
  log: string | null;
  scope: 'session' | 'log' | null;
  session_id: string | null;
  sessions: number;
  events: number;
  /** Events that a signed checkpoint covers, and events after them, of which only their own chain speaks. */
  events_covered: number;
  events_not_covered: number;
  checkpoints: {
    count: number;
    first: number | null;
    newest: number | null;
    newest_time_us: number | null;
    /** How many roots were computed again, in a bundle of the whole log. */
    recomputed: number | null;
  };
  signers: string[];
  /** The checkpoint that was seen before; null where none was given. */
  seen: number | null;
  first_broken: { session_id: string | null; seq: number | null } | null;
  findings: readonly Finding[];
  findings_untold: number;
}

/** Puts a report together. */
export function reportOf(
  header: LineOf<'bundle'> | undefined,
  counts: { sessions: number; events: number; covered: number },
  history: History,
  recomputed: number | null,
  findings: Findings,
  seen: Seen | undefined,
): Report {
  const [integrity, completeness] = [findings.verdict('integrity'), findings.verdict('completeness')];
  const { firstBroken: first } = findings;
  const { count, first: firstNumber, newest } = history;
  return {
    verdict: worse(integrity, completeness),
    integrity,
    completeness,
    log: header?.log ?? null,
    scope: header?.scope ?? null,
    session_id: header?.session_id ?? null,
    sessions: counts.sessions,
    events: counts.events,
    events_covered: counts.covered,
    events_not_covered: counts.events - counts.covered,
    checkpoints: {
      count,
      first: firstNumber,
      newest: newest?.checkpoint.number ?? null,
      newest_time_us: newest?.checkpoint.timeUs ?? null,
      recomputed,
    },
    signers: [...history.signers],
    seen: seen?.checkpoint.number ?? null,
    first_broken: first && { session_id: first.session_id, seq: first.seq },
    findings: findings.told,
    findings_untold: findings.untold,
  };
}

function worse(one: Verdict, other: Verdict): Verdict {
  return (['broken', 'unknown'] as const).find((verdict) => one === verdict || other === verdict) ?? 'whole';
}

/** Exit codes by verdict. */
export const exitCodes: Record<Verdict, number> = { whole: 0, broken: 1, unknown: 2 };

const words: Record<Verdict, string> = { whole: 'whole', broken: 'BROKEN', unknown: 'cannot tell' };

/** The report in lines for a reader. */
export function reportText(report: Report): string {
  const { checkpoints, first_broken: first } = report;
  const lines = [
    `integrity     ${words[report.integrity]}`,
    `completeness  ${words[report.completeness]}`,
    `read          ${report.events} events of ${report.sessions} ${report.sessions === 1 ? 'session' : 'sessions'}`,
    `covered       ${report.events_covered} by checkpoint ${checkpoints.newest ?? '(none)'}${timeOf(checkpoints.newest_time_us)}`,
    `not covered   ${report.events_not_covered}: only their own chain speaks for them until the next checkpoint`,
    ...(report.signers.length > 0 ? [`signed by     ${report.signers.join(', ')}`] : []),
    ...(report.seen !== null ? [`seen before   checkpoint ${report.seen}`] : []),
    ...(first ? [`first broken  event ${first.seq} of session ${first.session_id}`] : []),
    ...new Set(report.findings.map((finding) => toldOf(finding, report.scope))),
    ...(report.findings_untold > 0 ? [`and ${report.findings_untold} more`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** What bears on both questions is found twice, and told once. */
function toldOf({ verdict, message, session_id }: Finding, scope: Report['scope']): string {
  const of = session_id && scope === 'log' ? ` (session ${session_id})` : '';
  return `${verdict === 'broken' ? 'broken' : 'unknown'}: ${message}${of}`;
}

function timeOf(us: number | null): string {
  return us === null ? '' : ` of ${new Date(us / 1000).toISOString()}`;
}
