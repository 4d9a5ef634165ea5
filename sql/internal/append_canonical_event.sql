-- Appends one event to a chain whose head the caller holds locked, and returns its hash, which the caller stores as the new
-- head together with p_seq. `p_payload` is as canonical_json writes it; where every command passes it is written so at once. It enters by the
-- hash of its salted exact bytes, so that it can be purged later. Called by append_event, enqueue, claim_next and finish_command.
create or replace function limpet.append_canonical_event(
  p_session uuid, p_seq bigint, p_prev bytea, p_kind text, p_actor text, p_payload text
) returns bytea
  language plpgsql as $$
declare
  v_at bigint := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
  v_salt bytea := uuid_send(gen_random_uuid());
  v_payload_hash bytea := sha256(v_salt || convert_to(p_payload, 'UTF8'));
  v_hash bytea := limpet.event_hash(p_session, p_seq, v_at, p_kind, p_actor, v_payload_hash, p_prev);
begin
  insert into limpet.events (session_id, seq, at_us, kind, actor, salt, payload, payload_hash, prev, hash)
  values (p_session, p_seq, v_at, p_kind, p_actor, v_salt, p_payload, v_payload_hash, p_prev, v_hash);
  return v_hash;
end
$$;
