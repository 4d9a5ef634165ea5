-- Retention: removes ended commands that are no longer kept, with their output, input and states, and says so in their sessions' records
-- (`commands.removed`). Looks at `p_limit` commands and `p_bytes` of output at most, the longest ended first, after `p_cursor`; what is
-- needed (limpet.is_needed), and sessions that others hold at the moment, are passed over. Returns what was removed, and `next`, the cursor to
-- go on with; null once there is no more, or another host is at it. Called by a host's retention task.
create or replace function limpet_host.remove_commands(p_cursor text default null, p_limit integer default 200, p_bytes bigint default 67108864) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_before timestamptz := limpet.kept_from();
  v_at timestamptz := coalesce(limpet.cursor_time(p_cursor), '-infinity');
  v_id uuid := coalesce(limpet.parse_uuid(split_part(p_cursor, '.', 2)), '00000000-0000-0000-0000-000000000000');
  v_ids uuid[];
  v_sessions uuid[];
  v_next text;
  v_removed jsonb;
  r record;
begin
  -- One at a time: two would wait for each other where they add up usage.
  perform from limpet.settings where name = 'limit.keep_ms' for update skip locked;
  if found then
    select array_agg(x.id), array_agg(distinct x.session_id), (array_agg(limpet.page_cursor(x.finished_at, x.id, true) order by x.finished_at desc, x.id desc))[1]
    into v_ids, v_sessions, v_next
    from (select y.*, sum(y.bytes) over (order by y.finished_at, y.id) - y.bytes as bytes_before
          from (select c.id, c.session_id, c.finished_at, limpet.stored_bytes(c) as bytes from limpet.commands c
                where c.finished_at < v_before and c.finished_at >= v_at and (c.finished_at, c.id) > (v_at, v_id)
                order by c.finished_at, c.id limit p_limit) y) x
    where x.bytes_before < p_bytes;
  end if;
  v_sessions := array(select s.id from limpet.sessions s where s.id = any (v_sessions) order by s.id for no key update skip locked);
  with removed as (
    delete from limpet.commands c using limpet.sessions s
    where c.id = any (v_ids) and s.id = c.session_id and s.id = any (v_sessions) and not limpet.is_needed(c, s)
    returning c.session_id, c.seq, c.state_hash, limpet.stored_bytes(c) as bytes)
  select coalesce(jsonb_agg(to_jsonb(x)), '[]') into v_removed from removed x;
  for r in
    select (x->>'session_id')::uuid as session_id, min((x->>'seq')::integer) as first, max((x->>'seq')::integer) as last, count(*) as count,
      sum((x->>'bytes')::bigint) as bytes
    from jsonb_array_elements(v_removed) x group by 1 order by 1
  loop
    perform limpet.append_session_event(r.session_id, 'commands.removed', 'system',
      jsonb_build_object('from', r.first, 'to', r.last, 'count', r.count, 'bytes', r.bytes, 'ended_before', limpet.rfc3339(v_before)));
  end loop;
  perform limpet.drop_states(array(select distinct (x->>'state_hash')::bytea from jsonb_array_elements(v_removed) x where x->>'state_hash' is not null));
  return (select jsonb_build_object('next', v_next, 'commands', count(*), 'bytes', coalesce(sum((x->>'bytes')::bigint), 0))
    from jsonb_array_elements(v_removed) x);
end
$$;
