-- GET /v1/usage: what each key used on each day from `p_since` to `p_until` (UTC), of the commands that ran and have ended, those that
-- retention removed included. With `p_changed_since` only the days of keys of which a command has ended since; each row is the whole day, so it
-- replaces what was told before, and `until` is the next `p_changed_since`. Raises unauthorized.
create or replace function limpet_edge.read_usage(p_credential bytea, p_since date default null, p_until date default null, p_changed_since timestamptz default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_owner uuid := limpet.seen_owner(limpet.authenticate(p_credential, 'read'));
  -- Who is about to commit an end has taken its time before: a minute is more than such a transaction lasts.
  v_now timestamptz := clock_timestamp() - interval '1 minute';
  v_until date := coalesce(p_until, (clock_timestamp() at time zone 'UTC')::date);
  v_since date := coalesce(p_since, v_until - 30);
  v_items jsonb;
begin
  with changed as materialized (
    select distinct c.key_id, (c.created_at at time zone 'UTC')::date as day from limpet.commands c
    where c.finished_at >= p_changed_since and (v_owner is null or c.owner_id = v_owner)
  ), used as (
    select u.key_id, u.day, u.commands, u.failed, u.run_ms, u.queued_ms, u.output_bytes from limpet.usage_days u
    where u.day between v_since and v_until and (v_owner is null or u.owner_id = v_owner)
    union all
    select u.key_id, u.day, u.commands, u.failed, u.run_ms, u.queued_ms, u.output_bytes
    from limpet.commands c cross join lateral limpet.command_usage(c) u
    where c.created_at >= v_since::timestamp at time zone 'UTC' and c.created_at < (v_until + 1)::timestamp at time zone 'UTC'
      and c.started_at is not null and c.finished_at is not null and (v_owner is null or c.owner_id = v_owner)
  ), summed as (
    select key_id, day, sum(commands)::bigint as commands, sum(failed)::bigint as failed, sum(run_ms)::bigint as run_ms,
           sum(queued_ms)::bigint as queued_ms, sum(output_bytes)::bigint as output_bytes
    from used u where p_changed_since is null or (u.key_id, u.day) in (select x.key_id, x.day from changed x) group by key_id, day
  )
  select coalesce(jsonb_agg(jsonb_build_object('day', s.day, 'key_id', s.key_id, 'key_name', k.name, 'owner', o.name,
           'commands', s.commands, 'failed', s.failed, 'run_ms', s.run_ms, 'run_ms_avg', s.run_ms / s.commands,
           'queued_ms_avg', s.queued_ms / s.commands, 'output_bytes', s.output_bytes) order by s.day, o.name, k.name, s.key_id), '[]')
  into v_items
  from summed s join limpet.api_keys k on k.id = s.key_id join limpet.owners o on o.id = k.owner_id;
  return jsonb_build_object('items', v_items, 'until', limpet.rfc3339(v_now));
end
$$;
