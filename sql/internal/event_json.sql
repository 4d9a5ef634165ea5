-- An event as it is listed (RecordedEvent in sql/contract.ts); its payload is null once it was purged.
create or replace function limpet.event_json(e limpet.events) returns jsonb
  language sql stable as $$
  select jsonb_build_object('session_id', e.session_id, 'seq', e.seq,
    'at', limpet.rfc3339(timestamptz 'epoch' + e.at_us * interval '1 microsecond'), 'kind', e.kind, 'actor', e.actor,
    'payload', e.payload::jsonb, 'hash', encode(e.hash, 'hex'))
$$;
