-- Appends an event to the chain of a session or of one of the pseudo-sessions, whichever the id names, and locks its head. Called by
-- purge_payloads; whoever knows which chain it is calls append_session_event or append_system_event.
create or replace function limpet.append_any_event(p_session uuid, p_kind text, p_actor text, p_payload jsonb) returns void
  language plpgsql as $$
declare
  h limpet.audit_readings;
begin
  if p_session = '00000000-0000-0000-0000-000000000000' then
    perform limpet.append_system_event(p_kind, p_actor, p_payload);
  elsif p_session = '00000000-0000-0000-0000-000000000001' then
    select * into strict h from limpet.audit_readings for no key update;
    h.audit_hash := coalesce(h.audit_hash, limpet.genesis_hash(p_session, 'epoch'));
    update limpet.audit_readings
    set audit_seq = h.audit_seq + 1,
        audit_hash = limpet.append_event(p_session, h.audit_seq + 1, h.audit_hash, p_kind, p_actor, p_payload);
  else
    perform from limpet.sessions where id = p_session for no key update;
    perform limpet.append_session_event(p_session, p_kind, p_actor, p_payload);
  end if;
end
$$;
