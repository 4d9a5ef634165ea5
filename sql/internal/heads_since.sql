-- The heads of all chains that have an event since `p_since_us`, those of the pseudo-sessions in any case. Called by take_checkpoint within
-- one statement, hence stable: it sees that statement's snapshot.
create or replace function limpet.heads_since(p_since_us bigint) returns table (session_id uuid, seq bigint, hash bytea)
  language sql stable as $$
  select s.id, s.audit_seq, s.audit_hash from limpet.sessions s
  where s.audit_seq > 0 and (p_since_us = 0 or s.id in (select e.session_id from limpet.events e where e.at_us > p_since_us))
  union all
  select '00000000-0000-0000-0000-000000000000', a.audit_seq, a.audit_hash from limpet.audit_system a where a.audit_seq > 0
  union all
  select '00000000-0000-0000-0000-000000000001', a.audit_seq, a.audit_hash from limpet.audit_readings a where a.audit_seq > 0
$$;
