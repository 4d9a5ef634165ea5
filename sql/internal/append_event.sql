-- Appends one event to a chain whose head the caller holds locked, and returns its hash, which the caller stores as the new
-- head together with p_seq. `p_payload` is a flat object.
create or replace function limpet.append_event(
  p_session uuid, p_seq bigint, p_prev bytea, p_kind text, p_actor text, p_payload jsonb
) returns bytea
  language sql volatile as $$
  select limpet.append_canonical_event(p_session, p_seq, p_prev, p_kind, p_actor, limpet.canonical_json(p_payload))
$$;
