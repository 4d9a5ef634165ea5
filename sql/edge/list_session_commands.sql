-- GET /v1/sessions/{session}/commands: oldest first, after seq `p_after`; the cursor is the last seq. `p_q` is searched for in text and output: a
-- search that takes long answers with what it has found until then, and a cursor to go on from. Raises unauthorized, not_found.
create or replace function limpet_edge.list_session_commands(p_credential bytea, p_session text, p_after integer default null, p_state text default null, p_q text default null, p_limit integer default 100) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_view integer := limpet.setting('list_view_bytes');
  v_id uuid := limpet.find_session(k, p_session);
  v_items jsonb;
  -- Sessions of which somebody else's commands are shown.
  v_read uuid[];
  v_found record := limpet.find_in_session(v_id, p_state, p_q, p_after, p_limit, limpet.setting('search_ms'));
begin
  select coalesce(jsonb_agg(limpet.command_json(c, v_view) order by c.seq), '[]'),
         array_agg(distinct c.session_id) filter (where c.key_id <> k.id)
  into v_items, v_read
  from limpet.commands c where c.id = any (v_found.ids);
  perform limpet.note_reading(k, r.session_id) from unnest(v_read) as r (session_id);
  return jsonb_build_object('items', v_items, 'next_cursor', v_found.next_seq::text);
end
$$;
