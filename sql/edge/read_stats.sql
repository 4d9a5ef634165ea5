-- GET /v1/stats: how much waits and runs now, and how the last commands that ended in the last `p_window_ms` fared, of those that this key sees;
-- hosts are everybody's. Percentiles are of the newest 10,000 of them at most (`sampled`). Raises unauthorized.
create or replace function limpet_edge.read_stats(p_credential bytea, p_window_ms bigint default 3600000) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_owner uuid := limpet.seen_owner(limpet.authenticate(p_credential, 'read'));
  v_now timestamptz := clock_timestamp();
  v_since timestamptz := v_now - make_interval(secs => p_window_ms / 1000.0);
  v_queue jsonb;
  v_past jsonb;
begin
  select jsonb_build_object('queued', count(*) filter (where c.state = 'queued'), 'running', count(*) filter (where c.state = 'running'),
    'oldest_queued_ms', limpet.elapsed_ms(min(c.created_at) filter (where c.state = 'queued'), v_now)) into v_queue
  from limpet.commands c where c.state in ('queued', 'running') and (v_owner is null or c.owner_id = v_owner);
  with ended as materialized (
    select c.state, c.exit_code, limpet.elapsed_ms(c.created_at, c.started_at) as wait_ms, limpet.elapsed_ms(c.started_at, c.finished_at) as run_ms,
      row_number() over (order by c.finished_at desc) as number
    from limpet.commands c
    where c.finished_at > v_since and c.started_at is not null and (v_owner is null or c.owner_id = v_owner)
  )
  select jsonb_build_object('window_ms', p_window_ms, 'ended', count(*), 'per_minute', round(count(*) * 60000.0 / p_window_ms, 2),
    'failed', count(*) filter (where e.state <> 'exited' or e.exit_code <> 0), 'lost', count(*) filter (where e.state = 'lost'),
    'sampled', least(count(*), 10000), 'wait_ms', limpet.quantiles(array_agg(e.wait_ms) filter (where e.number <= 10000)),
    'run_ms', limpet.quantiles(array_agg(e.run_ms) filter (where e.number <= 10000))) into v_past
  from ended e;
  return v_queue || v_past || jsonb_build_object(
    'sessions', (select jsonb_build_object('open', count(*), 'busy', count(*) filter (where s.running_command_id is not null),
        'detached', count(*) filter (where s.host_incarnation is null and s.opened_at is not null))
      from limpet.sessions s where s.closed_at is null and (v_owner is null or s.owner_id = v_owner)),
    'hosts', (select jsonb_build_object('live', count(*), 'capacity', coalesce(sum(h.capacity), 0), 'sessions', coalesce(sum(h.sessions), 0))
      from limpet.hosts h where h.state = 'live' and h.lease_until > v_now));
end
$$;
