-- A time as the API writes it: RFC 3339 in UTC with microseconds, whatever the connection's time zone is. Stable, as to_char is: else
-- it would not be inlined.
create or replace function limpet.rfc3339(p_at timestamptz) returns text
  language sql stable parallel safe as $$
  select to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
$$;
