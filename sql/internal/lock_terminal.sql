-- Locks the row of a session that has a terminal and returns it. Called by type_keys and resize_terminal. Raises not_found,
-- not_a_terminal, session_closed.
create or replace function limpet.lock_terminal(p_key limpet.api_keys, p_session text) returns limpet.sessions
  language plpgsql as $$
declare
  s limpet.sessions := limpet.lock_session(p_key, p_session);
begin
  if not s.tty then
    perform limpet.fail('not_a_terminal', 'This session has no terminal.', 'Open one with "tty": true.');
  elsif s.closed_at is not null then
    perform limpet.fail('session_closed', 'This session is closed; its history stays readable.', 'Open another with POST /v1/sessions.');
  end if;
  return s;
end
$$;
