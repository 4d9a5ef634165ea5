-- The page of sessions: the last command of each session whose id is in `p_sessions` (a JSON array), with the first 200 characters of its
-- text (LastCommand in sql/edge.ts). What this key may not see is left out. Raises unauthorized.
create or replace function limpet_edge.list_last_commands(p_credential bytea, p_sessions jsonb) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_items jsonb;
  -- Sessions of which somebody else's command is shown.
  v_read uuid[];
begin
  select coalesce(jsonb_agg(jsonb_build_object('session_id', c.session_id, 'seq', c.seq, 'command', left(c.command, 200), 'state', c.state,
           'exit_code', c.exit_code)), '[]'),
         array_agg(c.session_id) filter (where c.key_id <> k.id)
  into v_items, v_read
  from jsonb_array_elements_text(p_sessions) wanted (id)
  join limpet.sessions s on s.id = wanted.id::uuid and limpet.sees_owner(k, s.owner_id)
  join limpet.commands c on c.session_id = s.id and c.seq = s.next_seq - 1;
  perform limpet.note_reading(k, r.session_id) from unnest(v_read) as r (session_id);
  return v_items;
end
$$;
