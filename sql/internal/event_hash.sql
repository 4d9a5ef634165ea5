-- The hash of one event: of its fields, each behind its length in four bytes (limpet.prefixed; those of fixed length have it written out), and
-- of the event before it. Called by append_canonical_event, and by what appends to several chains at once.
create or replace function limpet.event_hash(
  p_session uuid, p_seq bigint, p_at_us bigint, p_kind text, p_actor text, p_payload_hash bytea, p_prev bytea
) returns bytea
  language sql stable parallel safe as $$
  select sha256('limpet/event/v1\000\000\000\000\020'::bytea || uuid_send(p_session) || '\x00000008'::bytea || int8send(p_seq)
    || '\x00000008'::bytea || int8send(p_at_us) || int4send(octet_length(p_kind)) || convert_to(p_kind, 'UTF8')
    || int4send(octet_length(p_actor)) || convert_to(p_actor, 'UTF8') || '\x00000020'::bytea || p_payload_hash
    || int4send(octet_length(p_prev)) || p_prev)
$$;
