-- Retention: looks at the next `p_limit` sessions after `p_cursor` that were closed before what is kept, and returns the ids of those that may go
-- once their events have gone, with `next`, the cursor to go on with; null once there are no more. Called by a host that holds a key, in its
-- retention task.
create or replace function limpet_host.find_removable_sessions(p_cursor text default null, p_limit integer default 200) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_before timestamptz := limpet.kept_from();
  v_at timestamptz := coalesce(limpet.cursor_time(p_cursor), '-infinity');
  v_id uuid := coalesce(limpet.parse_uuid(split_part(p_cursor, '.', 2)), '00000000-0000-0000-0000-000000000000');
begin
  return (
    select jsonb_build_object('sessions', coalesce(jsonb_agg(s.id order by s.closed_at, s.id) filter (where limpet.is_removable(s, v_before)), '[]'),
      'next', (array_agg(limpet.page_cursor(s.closed_at, s.id, true) order by s.closed_at desc, s.id desc))[1])
    from (select * from limpet.sessions x
          where x.closed_at < v_before and x.closed_at >= v_at and (x.closed_at, x.id) > (v_at, v_id)
          order by x.closed_at, x.id limit p_limit) s);
end
$$;
