-- The next chains after `p_after` (null: from the first), sorted by session, with how far each reaches: by its head in the session's row, or
-- by the last that a checkpoint covered, whichever is further: neither of the two can be missing without being missed.
create or replace function limpet.recorded_chains(p_after uuid, p_limit integer) returns table (session_id uuid, seq bigint)
  language sql stable as $$
  select c.session_id, max(c.seq) from (
    (select s.id as session_id, s.audit_seq as seq from limpet.sessions s
     where (p_after is null or s.id > p_after) and s.audit_seq > 0 order by s.id limit p_limit)
    union all
    (select h.session_id, h.seq from limpet.heads h where p_after is null or h.session_id > p_after order by h.session_id limit p_limit)
    union all
    select '00000000-0000-0000-0000-000000000000', a.audit_seq from limpet.audit_system a where p_after is null and a.audit_seq > 0
    union all
    select '00000000-0000-0000-0000-000000000001', a.audit_seq from limpet.audit_readings a
    where (p_after is null or p_after < '00000000-0000-0000-0000-000000000001') and a.audit_seq > 0
  ) c
  group by c.session_id order by c.session_id limit p_limit
$$;
