-- A time as whole microseconds since 1970.
create or replace function limpet.epoch_us(p_at timestamptz) returns bigint
  language sql immutable parallel safe as $$
  select (extract(epoch from p_at) * 1000000)::bigint
$$;
