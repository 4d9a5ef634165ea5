-- The page of jobs: how many commands that this key sees ended in each of the last `p_minutes` minutes, and how many of these failed, oldest
-- first (Activity in sql/contract/pages.ts). The last minute is the one that goes on. Raises unauthorized.
create or replace function limpet_edge.read_activity(p_credential bytea, p_minutes integer default 60) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_owner uuid := limpet.seen_owner(limpet.authenticate(p_credential, 'read'));
  v_last timestamptz := date_trunc('minute', clock_timestamp());
  v_first timestamptz := v_last - make_interval(mins => p_minutes - 1);
begin
  return (
    with ended as materialized (
      select date_trunc('minute', c.finished_at) as minute, count(*) as ended,
             count(*) filter (where c.state <> 'exited' or c.exit_code <> 0) as failed
      from limpet.commands c
      where c.finished_at >= v_first and c.started_at is not null and (v_owner is null or c.owner_id = v_owner)
      group by 1
    )
    select jsonb_agg(jsonb_build_array(coalesce(e.ended, 0), coalesce(e.failed, 0)) order by m.minute)
    from generate_series(v_first, v_last, interval '1 minute') m (minute) left join ended e on e.minute = m.minute);
end
$$;
