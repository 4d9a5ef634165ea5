-- A fresh UUIDv7, as functions/ids.ts makes them: 48 bits of time in ms, then 74 random ones. Postgres has one of its own from 18 on only.
create or replace function limpet.new_id() returns uuid
  language sql volatile as $$
  -- A UUIDv4 has the random bits where a UUIDv7 has them; two bits make its version a 7.
  select encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid())
    placing substr(int8send(floor(extract(epoch from clock_timestamp()) * 1000)::bigint), 3) from 1 for 6), 52, 1), 53, 1), 'hex')::uuid
$$;
