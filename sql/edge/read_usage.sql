-- GET /v1/usage: what each key used on each day from `p_since` to `p_until` (UTC), of the commands that ran and have ended, those that
-- retention removed included. With `p_changed_since` only the days of keys of which a command has ended since, or has written more; each row is
-- the whole day, so it replaces what was told before, and `until` is the next `p_changed_since`. Raises unauthorized.
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
  -- One statement, so that what is being folded is seen in one of the two and never in both.
  with used as (
    select u.key_id, u.day, u.commands, u.failed, u.run_ms, u.queued_ms, u.output_bytes, u.changed_at from limpet.usage_days u
    where u.day between v_since and v_until and (v_owner is null or u.owner_id = v_owner)
    union all
    select u.key_id, u.day, u.commands, u.failed, u.run_ms, u.queued_ms, u.output_bytes, u.changed_at from limpet.usage_changes u
    where u.day between v_since and v_until and (v_owner is null or u.owner_id = v_owner)
  ), summed as (
    select key_id, day, sum(commands)::bigint as commands, sum(failed)::bigint as failed, sum(run_ms)::bigint as run_ms,
           sum(queued_ms)::bigint as queued_ms, sum(output_bytes)::bigint as output_bytes
    from used group by key_id, day
    having sum(commands) > 0 and (p_changed_since is null or max(changed_at) >= p_changed_since)
  )
  select coalesce(jsonb_agg(jsonb_build_object('day', s.day, 'key_id', s.key_id, 'key_name', k.name, 'owner', o.name,
           'commands', s.commands, 'failed', s.failed, 'run_ms', s.run_ms, 'run_ms_avg', s.run_ms / s.commands,
           'queued_ms_avg', s.queued_ms / s.commands, 'output_bytes', s.output_bytes) order by s.day, o.name, k.name, s.key_id), '[]')
  into v_items
  from summed s join limpet.api_keys k on k.id = s.key_id join limpet.owners o on o.id = k.owner_id;
  return jsonb_build_object('items', v_items, 'until', limpet.rfc3339(v_now));
end
$$;
