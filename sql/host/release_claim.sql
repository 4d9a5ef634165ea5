-- Ends at once, as `lost`, a command that was claimed and will not be started: a started command never returns to the queue
-- (guard_command), whoever claimed it. Its `problem` says that it never ran. Repeating it is harmless. Raises fenced.
create or replace function limpet_host.release_claim(p_incarnation uuid, p_session uuid, p_epoch integer, p_attempt uuid, p_problem text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  update limpet.commands set problem = p_problem where attempt = p_attempt and state = 'running';
  perform limpet.lose_command(p_session, p_attempt);
end
$$;
