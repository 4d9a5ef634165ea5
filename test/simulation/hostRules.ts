/** The rules about hosts: who owns a session, who is dead, and what becomes of what ran. */
import { deaths, dropGuard, hosts, type Rule, unanswered } from './rule.ts';

/** By their names. */
export const hostRules = {
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
      [
        'host/sweep.sql',
        `perform limpet.hint(s.id, s.pool, s.host_incarnation, 'sweep:' || s.id, p_again => true);`,
        '',
      ],
    ],
    profile: 'calm',
    favours: [{ kind: 'loseHints', percent: 100 }],
    reports: ['never_ended'],
  },
  'running-tokens': {
    removes: 'What the host has in hand is not lost.',
    edits: [['host/heartbeat.sql', 'and x.attempt <> all (p_attempts)', '']],
    profile: 'calm',
    favours: [],
    reports: ['lost_without_cause'],
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
  capacity: {
    removes: 'A host adopts no more sessions than it has room for.',
    edits: [['host/adopt_session.sql', ' and sessions < capacity', '']],
    profile: 'stormy',
    favours: [],
    reports: ['over_capacity'],
  },
  companion: {
    removes: 'The companion, or whoever comes after it, ends the shells of a host that is lost.',
    edits: [],
    profile: 'stormy',
    favours: deaths,
    reports: ['overlap', 'shell_left'],
  },
} satisfies Record<string, Rule>;
