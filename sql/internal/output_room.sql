-- How many bytes the commands of a key may still write today (UTC); null where that is not limited. Called by admit_command and claim_next.
create or replace function limpet.output_room(k limpet.api_keys, u limpet.key_use) returns bigint
  language sql stable as $$
  -- In a case of its own: greatest passes over null.
  select case when k.output_bytes_per_day_max is not null then greatest(0, k.output_bytes_per_day_max
    - case when u.day = (clock_timestamp() at time zone 'UTC')::date then u.output_bytes else 0 end) end
$$;
