-- No shell of the session could be started, and why. Cleared by record_shell. Repeating it is harmless. Raises fenced.
create or replace function limpet_host.record_shell_problem(p_incarnation uuid, p_session uuid, p_epoch integer, p_problem text) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
begin
  s := limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  if s.shell_problem = p_problem then return; end if;
  update limpet.sessions set shell_problem = p_problem, problems = jsonb_build_array(p_problem) where id = s.id;
  perform limpet.append_session_event(s.id, 'shell.failed', 'host:' || p_incarnation, jsonb_build_object('problem', p_problem));
end
$$;
