-- The median and what 95 and 99 of 100 stay below, of some durations in ms; null each where there are none. Called by read_stats.
create or replace function limpet.quantiles(p_ms bigint[]) returns jsonb
  language sql immutable parallel safe as $$
  select jsonb_build_object('p50', q[1]::bigint, 'p95', q[2]::bigint, 'p99', q[3]::bigint)
  from (select percentile_disc(array[0.5, 0.95, 0.99]) within group (order by ms) as q from unnest(p_ms) ms) x
$$;
