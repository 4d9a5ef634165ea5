/** The rules about one command: its tokens, its states, its order, what it writes and what is done to it. */
import { dropGuard, harmlessSignals, type Rule, unanswered } from './rule.ts';

/** By their names. */
export const commandRules = {
  'claim-token': {
    removes: 'The same token claims the same command.',
    edits: [['internal/claim_next.sql', 'select * into c from limpet.commands where attempt = p_attempt;', '']],
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
  'lock-first': {
    removes: 'The first statement only locks; every decision reads after it.',
    edits: [
      [
        'internal/lock_session.sql',
        'limpet.sees_owner(p_key, x.owner_id) for no key update;',
        'limpet.sees_owner(p_key, x.owner_id);',
      ],
    ],
    profile: 'calm',
    favours: [],
    reports: ['miscounted', 'never_ended', 'unexpected_error'],
  },
  'controls-once': {
    removes: 'A control is taken before it is acted on, once.',
    edits: [['host/take_controls.sql', 'set taken_at = clock_timestamp(), taken_by', 'set taken_by']],
    profile: 'calm',
    favours: [...harmlessSignals, { kind: 'quiet' }],
    reports: ['signalled_twice', 'input_wrong'],
  },
  idempotency: {
    removes: 'An idempotency key gives one command.',
    edits: [
      [
        'internal/repeated_command.sql',
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
      ['internal/store_output.sql', 'continue when p_offsets[i] + p_lengths[i] <= v_stored;', ''],
      ['internal/store_output.sql', 'if p_offsets[i] - p_skips[i] <> v_stored then', 'if false then'],
      ['internal/store_output.sql', 'p_streams[i], p_offsets[i], substr(', 'p_streams[i], v_stored, substr('],
      ['internal/store_output.sql', 'v_stored := p_offsets[i] + p_lengths', 'v_stored := v_stored + p_lengths'],
    ],
    profile: 'calm',
    favours: unanswered('append_output'),
    reports: ['output_wrong', 'error_logged'],
  },
} satisfies Record<string, Rule>;
