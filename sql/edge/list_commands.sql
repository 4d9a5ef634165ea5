-- GET /v1/commands: across sessions, newest first. `p_filter` is CommandFilter in sql/edge.ts. Raises unauthorized, not_found (session).
create or replace function limpet_edge.list_commands(p_credential bytea, p_filter jsonb default '{}', p_limit integer default 100, p_cursor text default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_view integer := limpet.setting('list_view_bytes');
  v_cursor_at timestamptz := limpet.cursor_time(p_cursor);
  v_cursor_id uuid := limpet.parse_uuid(split_part(p_cursor, '.', 2));
  v_session uuid;
  v_items jsonb;
  -- Sessions of which somebody else's commands are shown.
  v_read uuid[];
  v_next text;
begin
  if p_filter ? 'session' then v_session := limpet.find_session(k, p_filter->>'session'); end if;
  select coalesce(jsonb_agg(limpet.command_json(x.c, v_view) order by (x.c).created_at desc, (x.c).id desc), '[]'),
         limpet.page_cursor(min((x.c).created_at), (array_agg((x.c).id order by (x.c).created_at, (x.c).id))[1], count(*) = p_limit),
         array_agg(distinct (x.c).session_id) filter (where (x.c).key_id <> k.id)
  into v_items, v_next, v_read
  from (
    select c from limpet.commands c
    where limpet.sees_owner(k, c.owner_id)
      and (v_session is null or c.session_id = v_session)
      and (not p_filter ? 'state' or c.state = p_filter->>'state')
      and (not p_filter ? 'host' or c.host_incarnation in (select h.incarnation from limpet.hosts h where h.name = p_filter->>'host'))
      and (not p_filter ? 'key' or c.key_id = limpet.parse_uuid(p_filter->>'key'))
      and (not p_filter ? 'exit_code' or c.exit_code = (p_filter->>'exit_code')::integer)
      and (not p_filter ? 'q' or strpos(lower(c.command), lower(p_filter->>'q')) > 0)
      and (not p_filter ? 'before' or c.created_at < (p_filter->>'before')::timestamptz)
      and (not p_filter ? 'after' or c.created_at > (p_filter->>'after')::timestamptz)
      and (v_cursor_at is null or (c.created_at, c.id) < (v_cursor_at, v_cursor_id))
    order by c.created_at desc, c.id desc limit p_limit
  ) x;
  perform limpet.note_reading(k, r.session_id) from unnest(v_read) as r (session_id);
  return jsonb_build_object('items', v_items, 'next_cursor', v_next);
end
$$;
