-- An event as a line of a bundle (audit/bundle.ts). The payload is a string: its exact bytes are what was hashed.
create or replace function limpet.event_line(e limpet.events) returns text
  language sql immutable parallel safe as $$
  select json_build_object('type', 'event', 'v', 1, 'session_id', e.session_id, 'seq', e.seq, 'at_us', e.at_us, 'kind', e.kind,
    'actor', e.actor, 'salt', encode(e.salt, 'hex'), 'payload', e.payload, 'payload_hash', encode(e.payload_hash, 'hex'),
    'prev', encode(e.prev, 'hex'), 'hash', encode(e.hash, 'hex'))::text
$$;
