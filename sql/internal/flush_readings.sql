-- Appends the readings that wait to their chain, the pseudo-session `readings`, in one batch. Called by the hosts' sweep, before a
-- checkpoint, and before the record is listed or exported. Returns how many.
create or replace function limpet.flush_readings(p_limit integer default 1000) returns integer
  language plpgsql as $$
declare
  c_readings constant uuid := '00000000-0000-0000-0000-000000000001';
  h limpet.audit_readings;
  r limpet.readings;
  v_count integer := 0;
begin
  if not exists (select from limpet.readings where seq is null) then return 0; end if;
  select * into strict h from limpet.audit_readings for no key update;
  h.audit_hash := coalesce(h.audit_hash, limpet.genesis_hash(c_readings, 'epoch'));
  for r in select * from limpet.readings where seq is null order by read_at limit p_limit loop
    h.audit_seq := h.audit_seq + 1;
    h.audit_hash := limpet.append_event(c_readings, h.audit_seq, h.audit_hash, r.kind, 'key:' || r.key_id, jsonb_build_object(
      'session_id', r.session_id, 'read_at_us', (extract(epoch from r.read_at) * 1000000)::bigint));
    update limpet.readings set seq = h.audit_seq
    where session_id = r.session_id and key_id = r.key_id and kind = r.kind and hour = r.hour;
    v_count := v_count + 1;
  end loop;
  update limpet.audit_readings set audit_seq = h.audit_seq, audit_hash = h.audit_hash;
  return v_count;
end
$$;
