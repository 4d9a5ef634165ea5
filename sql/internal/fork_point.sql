-- Where a fork of `s`, whose row the caller has locked, begins: after command `p_after`. What new_session takes as its option `fork`, without
-- the parent's event. Called by branch_session. Raises not_found, session_busy.
create or replace function limpet.fork_point(s limpet.sessions, p_after integer) returns jsonb
  language plpgsql as $$
declare
  v_state record;
begin
  if p_after >= s.next_seq then
    perform limpet.fail('not_found', format('This session has no command %s; its last is %s.', p_after, s.next_seq - 1), 'Name one that it has.');
  elsif p_after > limpet.ended_until(s) then
    perform limpet.fail('session_busy', format('Command %s has not ended, so nobody knows the state after it.', p_after),
      format('Wait for it, or name command %s, the last before which all have ended.', limpet.ended_until(s)));
  end if;
  v_state := limpet.state_after(s, p_after);
  return jsonb_build_object('session_id', s.id, 'seq', p_after, 'state_hash', encode(v_state.state_hash, 'hex'),
    'cwd', v_state.cwd, 'exit_code', v_state.exit_code);
end
$$;
