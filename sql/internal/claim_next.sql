-- Starts the lowest queued command of a session whose row the caller has locked (`s`, as read under that lock), under the token `p_attempt`:
-- queued -> running, once, and only while its host's lease lasts. Null where there is none to start; the same command again where the token was
-- used. Called by claim_command and finish_command.
create or replace function limpet.claim_next(s limpet.sessions, p_attempt uuid) returns limpet.commands
  language plpgsql as $$
declare
  c limpet.commands;
begin
  if s.running_command_id is null and s.queued > 0 then
    update limpet.commands
    set state = 'running', attempt = p_attempt, epoch = s.epoch, host_incarnation = s.host_incarnation, generation = s.generation,
        started_cwd = s.cwd, started_at = clock_timestamp()
    where id = (select x.id from limpet.commands x where x.session_id = s.id and x.state = 'queued' order by x.seq limit 1)
      and limpet.has_lease(s.host_incarnation)
      and not exists (select from limpet.commands x where x.attempt = p_attempt)
    returning * into c;
  end if;
  if c.id is null then
    select * into c from limpet.commands where attempt = p_attempt;
    return c;
  end if;
  if c.metered then c := limpet.limit_output(c); end if;
  update limpet.sessions
  set running_command_id = c.id, queued = s.queued - 1,
      audit_seq = s.audit_seq + 1,
      audit_hash = limpet.append_canonical_event(s.id, s.audit_seq + 1, s.audit_hash, 'command.started', 'host:' || s.host_incarnation,
        limpet.started_payload(c))
  where id = s.id;
  return c;
end
$$;
