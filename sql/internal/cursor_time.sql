-- The time in a cursor that page_cursor made; null for none or for a text that is not one.
create or replace function limpet.cursor_time(p_cursor text) returns timestamptz
  language sql immutable parallel safe as $$
  select case when p_cursor ~ '^[0-9]{1,17}[.]' then
    timestamptz 'epoch' + split_part(p_cursor, '.', 1)::bigint * interval '1 microsecond' end
$$;
