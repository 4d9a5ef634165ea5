-- Notes that a key has read what a session recorded: one for each reader, session, kind and hour, appended to the chain of readings later
-- (flush_readings). Called by whatever shows a record to somebody else than who made it, and by every export. `p_kind`:
-- record.viewed, record.exported, record.replayed. The nil UUID stands for the record as a whole.
create or replace function limpet.note_reading(p_key limpet.api_keys, p_session uuid, p_kind text default 'record.viewed') returns void
  language plpgsql as $$
begin
  insert into limpet.readings (session_id, key_id, kind, hour)
  values (p_session, p_key.id, p_kind, date_trunc('hour', clock_timestamp(), 'UTC'))
  on conflict do nothing;
end
$$;
