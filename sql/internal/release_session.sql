-- Takes a session from its host: the epoch moves on, so nothing late of the former owner is accepted. The caller holds the row lock and
-- has dealt with what ran. Queued work is announced to the pool.
create or replace function limpet.release_session(s limpet.sessions, p_kind text, p_actor text) returns void
  language plpgsql as $$
begin
  update limpet.sessions
  set host_incarnation = null, running_command_id = null, epoch = s.epoch + 1, hint_at = clock_timestamp(),
      audit_seq = s.audit_seq + 1,
      audit_hash = limpet.append_event(s.id, s.audit_seq + 1, s.audit_hash, p_kind, p_actor, jsonb_build_object('epoch', s.epoch, 'background_jobs', s.background_jobs))
  where id = s.id;
  update limpet.hosts set sessions = sessions - 1 where incarnation = s.host_incarnation and sessions > 0;
  -- Input and signals were meant for the shell that is gone, but for the input of commands that have yet to start.
  update limpet.controls x set taken_at = clock_timestamp()
  where x.session_id = s.id and x.taken_at is null
    and not exists (select from limpet.commands c where c.id = x.command_id and c.state = 'queued');
  if s.queued > 0 and s.closed_at is null then perform limpet.hint(s.id, s.pool, null, s.id || ':' || s.epoch); end if;
end
$$;
