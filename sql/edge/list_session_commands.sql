-- GET /v1/sessions/{session}/commands: oldest first, after seq `p_after`; the cursor is the last seq. `p_q` is searched for in text and output.
-- Raises unauthorized, not_found.
create or replace function limpet_edge.list_session_commands(p_credential bytea, p_session text, p_after integer default null, p_state text default null, p_q text default null, p_limit integer default 100) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_view integer := limpet.setting('list_view_bytes');
  v_id uuid;
  v_items jsonb;
  -- Sessions of which somebody else's commands are shown.
  v_read uuid[];
  v_next text;
begin
  v_id := limpet.find_session(k, p_session);
  select coalesce(jsonb_agg(limpet.command_json(x.c, v_view) order by (x.c).seq), '[]'),
         case when count(*) = p_limit then max((x.c).seq)::text end,
         array_agg(distinct (x.c).session_id) filter (where (x.c).key_id <> k.id)
  into v_items, v_next, v_read
  from (
    select c from limpet.commands c
    where c.session_id = v_id and c.seq > coalesce(p_after, 0)
      and (p_state is null or c.state = p_state)
      and (p_q is null or limpet.mentions(c, limpet.like_pattern(p_q)))
    order by c.seq limit p_limit
  ) x;
  perform limpet.note_reading(k, r.session_id) from unnest(v_read) as r (session_id);
  return jsonb_build_object('items', v_items, 'next_cursor', v_next);
end
$$;
