-- A session that was made for one command closes with it, however that ended; a host that holds it is told. Called by lose_command and
-- end_queued (finish_command closes it itself). The caller holds the session's row lock.
create or replace function limpet.close_ephemeral(p_session uuid) returns void
  language plpgsql as $$
declare
  s limpet.sessions;
begin
  update limpet.sessions set closed_at = clock_timestamp() where id = p_session and ephemeral and closed_at is null returning * into s;
  if found and limpet.has_lease(s.host_incarnation) then perform limpet.add_control(s, null, 'close'); end if;
end
$$;
