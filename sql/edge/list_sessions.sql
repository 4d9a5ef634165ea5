-- GET /v1/sessions: newest first, `p_q` searched for in name, id and directory. The cursor is opaque: creation time and id of the
-- last item. Raises unauthorized.
create or replace function limpet_edge.list_sessions(p_credential bytea, p_state text default null, p_q text default null, p_limit integer default 100, p_cursor text default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_cursor_at timestamptz := limpet.cursor_time(p_cursor);
  v_cursor_id uuid := limpet.parse_uuid(split_part(p_cursor, '.', 2));
  v_items jsonb;
  v_next text;
begin
  select coalesce(jsonb_agg(limpet.session_json(x.s) order by (x.s).created_at desc, (x.s).id desc), '[]'),
         limpet.page_cursor(min((x.s).created_at), (array_agg((x.s).id order by (x.s).created_at, (x.s).id))[1], count(*) = p_limit)
  into v_items, v_next
  from (
    select s from limpet.sessions s
    where limpet.sees_owner(k, s.owner_id)
      and (p_state is null or limpet.session_state(s) = p_state)
      and (p_q is null or strpos(lower(concat_ws(' ', s.name, s.id::text, s.cwd)), lower(p_q)) > 0)
      and (v_cursor_at is null or (s.created_at, s.id) < (v_cursor_at, v_cursor_id))
    order by s.created_at desc, s.id desc limit p_limit
  ) x;
  return jsonb_build_object('items', v_items, 'next_cursor', v_next);
end
$$;
