-- The next sessions of a bundle of the whole log, after session `p_after`, as many as have about `p_limit` events together; `next` is the last
-- of them, null where there are no more. One that alone has more comes as `long` {session_id, until}, without lines: export_events
-- gives those. Raises unauthorized, forbidden.
create or replace function limpet_edge.export_sessions(p_credential bytea, p_after uuid, p_newest bigint, p_limit integer default 1000) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_ids uuid[];
  v_long bigint;
begin
  perform limpet.authenticate(p_credential, 'admin');
  select array_agg(r.session_id order by r.session_id), max(r.seq) filter (where r.seq > p_limit)
  into v_ids, v_long
  from (select x.*, sum(x.seq) over (order by x.session_id) as total from limpet.recorded_chains(p_after, 200) x) r
  where r.total <= p_limit or r.total = r.seq;
  return jsonb_build_object(
    'next', v_ids[cardinality(v_ids)],
    'long', case when v_long is not null then jsonb_build_object('session_id', v_ids[1], 'until', v_long) end,
    'lines', (select coalesce(jsonb_agg(l.line order by l.session_id, l.place), '[]')
              from limpet.session_lines(case when v_long is null then v_ids else '{}' end, null, 9223372036854775807, p_newest) l));
end
$$;
