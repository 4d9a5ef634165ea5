-- GET /v1/commands/{id}/state: the shell's state that a command found (`before`) or left (`after`), as it was recorded: StateRow in
-- sql/contract/states.ts. A state holds what its owner's shell held, secrets included, so only the owner's keys read it.
-- Raises unauthorized, forbidden, not_found, session_busy where it is not known yet.
create or replace function limpet_edge.read_command_state(p_credential bytea, p_id uuid, p_at text default 'after') returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  c limpet.commands := limpet.view_command(p_credential, p_id);
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  s limpet.sessions;
  v_seq integer := case p_at when 'before' then c.seq - 1 else c.seq end;
  v_state record;
begin
  select * into s from limpet.sessions where id = c.session_id;
  if s.owner_id <> k.owner_id then
    perform limpet.fail('forbidden', 'Only its owner may read a state: it has what the shell had, secrets included.', 'Use a key of its owner.');
  elsif v_seq > limpet.ended_until(s) then
    perform limpet.fail('session_busy', case when p_at = 'before' then 'A command before this one has not ended.' else 'This command has not ended.' end,
      'Wait for it.');
  end if;
  v_state := limpet.state_after(s, v_seq);
  return jsonb_build_object('command_id', c.id, 'at', p_at, 'recorded_after', v_state.seq, 'sha256', encode(v_state.state_hash, 'hex'),
    'cwd', case p_at when 'before' then coalesce(c.started_cwd, v_state.cwd) else coalesce(c.cwd, v_state.cwd) end,
    'exit_code', v_state.exit_code, 'environment', s.environment)
    || coalesce((select jsonb_build_object('content', encode(x.content, 'base64'), 'seal', encode(x.seal, 'base64'))
      from limpet.shell_states x where x.hash = v_state.state_hash), '{"content": null, "seal": null}');
end
$$;
