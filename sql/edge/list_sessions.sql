-- GET /v1/sessions: newest first, `p_q` searched for in name, id and directory. The cursor is opaque: creation time and id of the last that
-- was looked at. A search that takes long answers with what it has found until then. Raises unauthorized.
create or replace function limpet_edge.list_sessions(p_credential bytea, p_state text default null, p_q text default null, p_limit integer default 100, p_cursor text default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_found record := limpet.find_sessions(limpet.seen_owner(k), p_state, p_q, p_limit,
    limpet.cursor_time(p_cursor), limpet.parse_uuid(split_part(p_cursor, '.', 2)), limpet.setting('search_ms'));
begin
  return jsonb_build_object('next_cursor', limpet.page_cursor(v_found.next_at, v_found.next_id, v_found.next_id is not null), 'items', (
    select coalesce(jsonb_agg(limpet.session_json(s) order by s.created_at desc, s.id desc), '[]') from limpet.sessions s where s.id = any (v_found.ids)));
end
$$;
