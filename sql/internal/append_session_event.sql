-- Appends an event to a session's chain and moves its head. The caller holds the session's row lock. Where a function updates the
-- session anyway and is on the hot path, it calls append_event and stores the head in that same update.
create or replace function limpet.append_session_event(p_session uuid, p_kind text, p_actor text, p_payload jsonb) returns void
  language plpgsql as $$
declare
  s record;
begin
  select audit_seq, audit_hash into strict s from limpet.sessions where id = p_session;
  update limpet.sessions
  set audit_seq = s.audit_seq + 1,
      audit_hash = limpet.append_event(p_session, s.audit_seq + 1, s.audit_hash, p_kind, p_actor, p_payload)
  where id = p_session;
end
$$;
