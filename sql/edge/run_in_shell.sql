-- POST /execute of the shelld surface: one command in this key's shell, unless another is under way. Repeating the call with the same id
-- gives the same command. Raises unauthorized, forbidden, not_locked, unrecoverable, session_busy.
create or replace function limpet_edge.run_in_shell(p_credential bytea, p_id uuid, p_command text) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.find_shell(k);
  c limpet.commands;
begin
  if s.shell_problem is not null then
    perform limpet.fail('unrecoverable', 'The shell is in an unrecoverable state.', 'POST /unlock, then /lock, to try another.');
  end if;
  c := limpet.enqueue(k, s, p_id, jsonb_build_object('command', p_command, 'if_busy', 'fail'), null, null);
  return limpet.command_json(c);
end
$$;
