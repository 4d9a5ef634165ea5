-- Ends a running command as `lost`: it is no longer observed and may have run on; it is never run again. Locks the session.
create or replace function limpet.lose_command(p_session uuid, p_attempt uuid) returns void
  language plpgsql as $$
declare
  s limpet.sessions;
  c record;
begin
  select * into s from limpet.sessions where id = p_session for no key update;
  update limpet.commands set state = 'lost', finished_at = clock_timestamp(), problem = concat_ws(' ',
    'Its host was lost while it ran: it may have run in part, or on, and is not run again. What was stored of its output is kept.', problem)
  where attempt = p_attempt and state = 'running'
    returning id, seq, key_id, metered, stdout_bytes + stderr_bytes - dropped_bytes as stored into c;
  if not found then return; end if;
  if c.metered then perform limpet.count_output(c.key_id, c.stored); end if;
  update limpet.sessions
  set running_command_id = null, last_active_at = clock_timestamp(),
      audit_seq = s.audit_seq + 1,
      audit_hash = limpet.append_event(s.id, s.audit_seq + 1, s.audit_hash, 'command.lost', 'system',
        jsonb_build_object('command_id', c.id, 'seq', c.seq, 'attempt', p_attempt))
  where id = s.id;
  perform limpet.close_ephemeral(s.id);
  perform pg_notify('limpet_ended', c.id::text);
  if s.replay_id is not null then
    perform limpet.advance_replay(s.id, c.id);
    select * into s from limpet.sessions where id = p_session;
  end if;
  if s.queued > 0 and limpet.has_lease(s.host_incarnation) then
    perform limpet.hint(s.id, s.pool, s.host_incarnation, 'lost:' || c.id);
  end if;
end
$$;
