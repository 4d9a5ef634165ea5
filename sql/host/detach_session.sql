-- The host has ended the session's shell and gives the session back: `idle` only if it still is idle, which is decided here, under the lock
-- (false: work has come, the host keeps it); `closed` after a close; `drained` when the host stops. Raises fenced.
create or replace function limpet_host.detach_session(p_incarnation uuid, p_session uuid, p_epoch integer, p_reason text) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
begin
  s := limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  if s.running_command_id is not null or (p_reason = 'idle' and (s.queued > 0 or s.closed_at is not null or exists (
      select from limpet.controls where session_id = s.id and kind = 'keys' and taken_at is null))) then return false; end if;
  perform limpet.release_session(s, 'session.' || case p_reason when 'closed' then 'released' else 'detached' end, 'host:' || p_incarnation);
  return true;
end
$$;
