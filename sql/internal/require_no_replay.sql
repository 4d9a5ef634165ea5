-- Refuses a command of a caller's own while a replay runs in the session: it would change what the replay finds. Called by submit_command.
-- Raises session_busy.
create or replace function limpet.require_no_replay(s limpet.sessions) returns void
  language plpgsql as $$
begin
  if exists (select from limpet.replays where id = s.replay_id and state = 'running') then
    perform limpet.fail('session_busy', 'A replay runs in this session.', format('Wait for it (GET /v1/replays/%s), or use another session.', s.replay_id));
  end if;
end
$$;
