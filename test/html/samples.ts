/** Rows as the SQL API gives them, for tests of fragments. */
import type { CommandRow, Session } from '../../sql/contract.ts';

const sessionId = '01932f5e-7c00-7abc-8def-0123456789ab';
const time = '2026-11-21T10:00:00.000Z';

/** A session, ready, with what is given changed. */
export function sampleSession(changes: Partial<Session> = {}): Session {
  return {
    id: sessionId,
    name: 'deploy',
    state: 'ready',
    tty: false,
    merge_output: false,
    cols: 120,
    rows: 40,
    cwd: '/srv/app',
    generation: 1,
    host: 'host-1',
    pool: 'default',
    labels: {},
    queued: 0,
    running_command_id: null,
    commands: 3,
    idle_timeout_ms: 1_800_000,
    problems: [],
    sandbox: null,
    forked_from: null,
    replay_id: null,
    created_at: time,
    last_active_at: time,
    closed_at: null,
    ...changes,
  };
}

/** A command that exited with 0 after 12 ms, with what is given changed; `stdout` and `stderr` are its output. */
export function sampleCommand(changes: Partial<CommandRow> & { stdout?: string; stderr?: string } = {}): CommandRow {
  const { stdout = '', stderr = '', ...rest } = changes;
  const [out, err] = [Buffer.from(stdout), Buffer.from(stderr)];
  const seq = rest.seq ?? 1;
  return {
    id: `01932f5e-7c00-7abc-8def-${String(seq).padStart(12, '0')}`,
    session_id: sessionId,
    session_name: 'deploy',
    seq,
    command: 'echo hi',
    state: 'exited',
    exit_code: 0,
    signal: null,
    stdout_head: out.toString('base64'),
    stdout_tail: '',
    stderr_head: err.toString('base64'),
    stderr_tail: '',
    stdout_bytes: out.length,
    stderr_bytes: err.length,
    dropped_bytes: 0,
    late_bytes: 0,
    late_dropped_bytes: 0,
    cwd_before: '/srv/app',
    cwd: '/srv/app',
    generation: 1,
    key_id: '01932f5e-7c00-7abc-8def-0000000000aa',
    key_name: 'alice',
    host: 'host-1',
    interactive: false,
    idempotency_key: null,
    problem: null,
    created_at: time,
    started_at: time,
    finished_at: time,
    last_output_at: null,
    queued_ms: 1,
    run_ms: 12,
    ...rest,
  };
}
