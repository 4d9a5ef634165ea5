-- Whole milliseconds from one time to another; null where either is. Never negative: clocks may be set back.
create or replace function limpet.elapsed_ms(p_from timestamptz, p_to timestamptz) returns bigint
  language sql immutable parallel safe as $$
  select case when p_to < p_from then 0 else floor(extract(epoch from p_to - p_from) * 1000)::bigint end
$$;
