-- GET /v1/commands: across sessions, newest first. `p_filter` is CommandFilter in sql/edge.ts. A search that takes long answers with what it
-- has found until then, and a cursor to go on from. Raises unauthorized, not_found (session).
create or replace function limpet_edge.list_commands(p_credential bytea, p_filter jsonb default '{}', p_limit integer default 100, p_cursor text default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_view integer := limpet.setting('list_view_bytes');
  v_found record := limpet.find_commands(limpet.seen_owner(k), limpet.resolved_filter(k, p_filter - 'pending' - 'session_id'), p_limit,
    limpet.cursor_time(p_cursor), limpet.parse_uuid(split_part(p_cursor, '.', 2)), limpet.setting('search_ms'));
  v_items jsonb;
  -- Sessions of which somebody else's commands are shown.
  v_read uuid[];
begin
  select coalesce(jsonb_agg(limpet.command_json(c, v_view) order by c.created_at desc, c.id desc), '[]'),
         array_agg(distinct c.session_id) filter (where c.key_id <> k.id)
  into v_items, v_read
  from limpet.commands c where c.id = any (v_found.ids);
  perform limpet.note_reading(k, r.session_id) from unnest(v_read) as r (session_id);
  return jsonb_build_object('items', v_items, 'next_cursor', limpet.page_cursor(v_found.next_at, v_found.next_id, v_found.next_id is not null));
end
$$;
