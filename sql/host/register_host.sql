-- A host starts: one incarnation. Repeating it is harmless. A name whose owner's lease is live is refused (`host_name_taken`) unless its death
-- is confirmed, so that two processes of one name never fence each other; and for one lease after Postgres' own start, when a healthy owner
-- has not had the time to renew it.
create or replace function limpet_host.register_host(p_incarnation uuid, p_name text, p_pool text, p_capacity integer, p_version text, p_sandbox jsonb) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_now timestamptz := clock_timestamp();
  v_times jsonb := jsonb_build_object('lease_ms', limpet.setting('lease_ms'), 'fence_after_ms', limpet.setting('fence_after_ms'),
    'hint_ms', limpet.setting('hint_ms'));
begin
  if exists (select from limpet.hosts where incarnation = p_incarnation) then
    return v_times;
  end if;
  update limpet.hosts set state = 'dead', died_at = clock_timestamp()
  where name = p_name and state <> 'dead' and (death_confirmed_at is not null or (lease_until < clock_timestamp()
    and pg_postmaster_start_time() < clock_timestamp() - make_interval(secs => limpet.setting('lease_ms') / 1000.0)));
  insert into limpet.hosts (incarnation, name, pool, capacity, version, sandbox, lease_until, alive_since, beat_at)
  values (p_incarnation, p_name, p_pool, p_capacity, p_version, p_sandbox, v_now + make_interval(secs => limpet.setting('lease_ms') / 1000.0), v_now, v_now)
  on conflict do nothing;
  if not found then
    perform limpet.fail('host_name_taken', format('A live host is named "%s".', p_name), 'Wait until its lease is over, or use another name.');
  end if;
  perform limpet.keep_task('run_command:' || p_incarnation);
  perform limpet.keep_task('open_session:' || p_pool);
  perform limpet.append_system_event('host.registered', 'host:' || p_incarnation, jsonb_build_object('name', p_name, 'pool', p_pool, 'sandbox', p_sandbox->>'profile'));
  return v_times;
end
$$;
