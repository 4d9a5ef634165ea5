-- Appends an event that belongs to no session (keys, log-ins, hosts) to the pseudo-session `system`, the nil UUID.
-- No command's path comes here: this row would serialise it.
create or replace function limpet.append_system_event(p_kind text, p_actor text, p_payload jsonb) returns void
  language plpgsql as $$
declare
  c_system constant uuid := '00000000-0000-0000-0000-000000000000';
  h limpet.audit_system;
begin
  select * into strict h from limpet.audit_system for no key update;
  h.audit_hash := coalesce(h.audit_hash, limpet.genesis_hash(c_system, 'epoch'));
  update limpet.audit_system
  set audit_seq = h.audit_seq + 1,
      audit_hash = limpet.append_event(c_system, h.audit_seq + 1, h.audit_hash, p_kind, p_actor, p_payload);
end
$$;
