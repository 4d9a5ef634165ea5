/**
 * The rules of the house without which the promises do not hold, each removed by a change to the SQL that keeps it: so
 * the simulation is shown to see what it is there for. Where several lines keep one rule, all of them go.
 */
import { readFile } from 'node:fs/promises';
import { type Decision, hostCount, type Profile } from './schedule.ts';
import type { FaultKind } from './world.ts';

interface Rule {
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

const hosts = Array.from({ length: hostCount }, (_, host) => host);
/** The answer to this call is lost after its commit. */
const unanswered = (call: string): Decision[] => hosts.map((host) => ({ kind: 'failCall', host, call, how: 'after' }));
const deaths: Decision[] = hosts.flatMap((host) => [
  { kind: 'kill', host },
  { kind: 'start', host },
]);
const dropGuard = 'drop trigger commands_state_guard on limpet.commands';

export const rules = {
  'requeue-lost': {
    removes: 'What is lost is never run again.',
    edits: [
      [
        'internal/lose_command.sql',
        `set state = 'lost', finished_at = clock_timestamp()`,
        `set state = 'queued', attempt = null, started_at = null`,
      ],
      [
        'internal/lose_command.sql',
        'set running_command_id = null,',
        'set running_command_id = null, queued = s.queued + 1,',
      ],
    ],
    statements: [dropGuard],
    profile: 'stormy',
    favours: deaths,
    reports: ['started_twice'],
  },
  sweep: {
    removes: 'Hints that were not acted on are repeated.',
    edits: [
      ['host/sweep.sql', `perform limpet.hint(s.id, s.pool, s.host_incarnation, 'sweep:'`, `perform concat('sweep:'`],
    ],
    profile: 'calm',
    favours: [{ kind: 'loseHints', percent: 100 }],
    reports: ['never_ended'],
  },
  'claim-token': {
    removes: 'The same token claims the same command.',
    edits: [['host/claim_command.sql', 'if found then return limpet.claim_json(c); end if;', '']],
    profile: 'calm',
    favours: unanswered('claim_command'),
    reports: ['lost_without_cause'],
  },
  'finish-token': {
    removes: 'A repeated finish hands over the same next command.',
    edits: [['host/finish_command.sql', 'select * into n from limpet.commands where attempt = p_next;', 'n := null;']],
    profile: 'calm',
    favours: unanswered('finish_command'),
    reports: ['lost_without_cause'],
  },
  'running-tokens': {
    removes: 'What the host has in hand is not lost.',
    edits: [['host/heartbeat.sql', 'and x.attempt <> all (p_attempts)', '']],
    profile: 'calm',
    favours: [],
    reports: ['lost_without_cause'],
  },
  'state-guard': {
    removes: 'A final state is never left.',
    edits: [
      ['host/finish_command.sql', `if c.state = 'running' then`, `if c.id is not null and c.state <> 'lost' then`],
    ],
    statements: [dropGuard],
    profile: 'calm',
    favours: unanswered('finish_command'),
    reports: ['left_final_state'],
  },
  'epoch-fence': {
    removes: 'Only the owner at this epoch writes to a session.',
    edits: [
      [
        'internal/lock_owned_session.sql',
        's.host_incarnation is distinct from p_incarnation or s.epoch is distinct from p_epoch',
        's.id is null',
      ],
    ],
    profile: 'stormy',
    favours: unanswered('detach_session'),
    reports: ['written_by_stranger', 'overlap', 'state_wrong'],
  },
  'lock-first': {
    removes: 'The first statement only locks; every decision reads after it.',
    edits: [
      [
        'edge/submit_command.sql',
        'select * into s from limpet.sessions where id = v_id for no key update;',
        'select * into s from limpet.sessions where id = v_id;',
      ],
    ],
    profile: 'calm',
    favours: [],
    reports: ['miscounted', 'never_ended', 'unexpected_error'],
  },
  burial: {
    removes: 'A host is given up only when its shells are surely gone, by one that was well itself.',
    edits: [
      [
        'host/reap.sql',
        'if clock_timestamp() - pg_postmaster_start_time() < v_lease or not exists (',
        'if false and not exists (',
      ],
      [
        'internal/may_be_buried.sql',
        `h.beat_at < clock_timestamp() - make_interval(secs => limpet.setting('fence_after_ms') / 1000.0)`,
        'h.lease_until < clock_timestamp()',
      ],
    ],
    profile: 'stormy',
    favours: hosts.map((host) => ({ kind: 'freeze', host, ms: 1_500 })),
    reports: ['fenced_without_cause', 'lost_without_cause'],
  },
  name: {
    removes: 'The name of a host whose lease is live is refused.',
    edits: [
      ['host/register_host.sql', 'and (death_confirmed_at is not null or (lease_until', 'and (true or (lease_until'],
    ],
    profile: 'stormy',
    favours: hosts.map((host) => ({ kind: 'twin', host })),
    reports: ['fenced_without_cause'],
  },
  'controls-once': {
    removes: 'A control is taken before it is acted on, once.',
    edits: [['host/take_controls.sql', 'set taken_at = clock_timestamp(), taken_by', 'set taken_by']],
    profile: 'calm',
    favours: [{ kind: 'quiet' }],
    reports: ['signalled_twice', 'input_wrong'],
  },
  idempotency: {
    removes: 'An idempotency key gives one command.',
    edits: [
      [
        'internal/enqueue.sql',
        'select * into c from limpet.commands where session_id = s.id and idempotency_key = p_idempotency_key;',
        'null;',
      ],
    ],
    statements: ['drop index limpet.commands_idempotency_key'],
    profile: 'calm',
    favours: [],
    reports: ['key_gave_two'],
  },
  'output-offset': {
    removes: 'Output is appended by compare-and-set on its offset.',
    edits: [
      ['internal/store_output.sql', 'continue when p_offsets[i] + octet_length(p_pieces[i]) <= v_stored;', ''],
      ['internal/store_output.sql', 'if p_offsets[i] - p_skips[i] <> v_stored then', 'if false then'],
      ['internal/store_output.sql', 'p_streams[i], p_offsets[i], p_pieces[i],', 'p_streams[i], v_stored, p_pieces[i],'],
      ['internal/store_output.sql', 'v_stored := p_offsets[i] + octet_length', 'v_stored := v_stored + octet_length'],
    ],
    profile: 'calm',
    favours: unanswered('append_output'),
    reports: ['output_wrong', 'error_logged'],
  },
  capacity: {
    removes: 'A host adopts no more sessions than it has room for.',
    edits: [['host/adopt_session.sql', ' and sessions < capacity', '']],
    profile: 'stormy',
    favours: [],
    reports: ['over_capacity'],
  },
  companion: {
    removes: 'The companion ends the shells of a host that is lost.',
    edits: [],
    profile: 'stormy',
    favours: deaths,
    reports: ['overlap', 'shell_left'],
  },
} satisfies Record<string, Rule>;
export type RuleName = keyof typeof rules;

/** Replaces the functions that keep the rule. Throws where a text is not found: the rule is then kept elsewhere. */
export async function removeRule(name: RuleName, run: (text: string) => Promise<unknown>): Promise<void> {
  const { edits, statements = [] }: Rule = rules[name];
  const files = new Map<string, string>();
  for (const [file, from, to] of edits) {
    const text = files.get(file) ?? (await readFile(new URL(`../../sql/${file}`, import.meta.url), 'utf8'));
    if (!text.includes(from)) throw new Error(`sql/${file} has no "${from}": rule ${name} is kept in another way now.`);
    files.set(file, text.replaceAll(from, to));
  }
  for (const text of [...files.values(), ...statements]) await run(text);
}
