-- Adds changes of usage to the sums of their days, at most `p_limit`. Returns how many: as many as `p_limit` if there are more. What another host
-- is folding is passed over; days are locked in the order of their keys, so no two wait for each other. Called by every host's housekeeping.
create or replace function limpet_host.fold_usage(p_limit integer default 10000) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_count integer;
begin
  with taken as (
    delete from limpet.usage_changes
    where ctid = any (array(select x.ctid from limpet.usage_changes x limit p_limit for update skip locked)) returning *
  ), folded as (
    insert into limpet.usage_days as u (key_id, day, owner_id, commands, failed, run_ms, queued_ms, output_bytes, changed_at)
    select t.key_id, t.day, t.owner_id, sum(t.commands), sum(t.failed), sum(t.run_ms), sum(t.queued_ms), sum(t.output_bytes), max(t.changed_at)
    from taken t group by t.key_id, t.day, t.owner_id order by t.key_id, t.day
    on conflict (key_id, day) do update set commands = u.commands + excluded.commands, failed = u.failed + excluded.failed,
      run_ms = u.run_ms + excluded.run_ms, queued_ms = u.queued_ms + excluded.queued_ms,
      output_bytes = u.output_bytes + excluded.output_bytes, changed_at = greatest(u.changed_at, excluded.changed_at)
  )
  select count(*) into v_count from taken;
  return v_count;
end
$$;
