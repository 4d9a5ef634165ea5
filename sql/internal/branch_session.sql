-- Makes a session that begins where `s`, whose row the caller has locked, stood after command `p_after`, and notes it in the record of both:
-- the parent's event names the branch, and the branch's genesis that event. Shell state is copied; processes and files are not.
-- `p_replay`: the replay it is made for. Called by fork_session and new_replay. Raises forbidden, and what fork_point and new_session do.
create or replace function limpet.branch_session(
  p_key limpet.api_keys, s limpet.sessions, p_after integer, p_id uuid, p_name text, p_replay uuid, p_idempotency_key text, p_body_hash bytea
) returns limpet.sessions
  language plpgsql as $$
declare
  v_fork jsonb;
begin
  if s.owner_id <> p_key.owner_id then
    perform limpet.fail('forbidden', 'Only its owner may branch off a session: what branches off has its state, secrets included.',
      'Use a key of its owner.');
  end if;
  v_fork := limpet.fork_point(s, p_after);
  perform limpet.append_session_event(s.id, case when p_replay is null then 'session.forked' else 'session.replayed' end, 'key:' || p_key.id,
    jsonb_build_object('fork_id', p_id, 'after', p_after, 'state_sha256', v_fork->>'state_hash')
    || case when p_replay is null then '{}' else jsonb_build_object('replay_id', p_replay) end);
  select * into s from limpet.sessions where id = s.id;
  v_fork := v_fork || jsonb_build_object('audit_seq', s.audit_seq, 'audit_hash', encode(s.audit_hash, 'hex'), 'replay_id', p_replay);
  return limpet.new_session(p_key, p_id,
    jsonb_build_object('name', p_name, 'pool', s.pool, 'tty', s.tty, 'merge_output', s.merge_output, 'cols', s.cols, 'rows', s.rows,
      'idle_timeout_ms', s.idle_timeout_ms, 'labels', s.labels, 'env', s.environment, 'cwd', v_fork->>'cwd', 'fork', v_fork),
    false, p_idempotency_key, p_body_hash);
end
$$;
