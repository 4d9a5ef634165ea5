-- The first event of a chain from `p_from` on that is not what it was when it was appended: its hash is not that of its fields, its payload not
-- the one that was hashed, or it does not follow the one before it; `p_before` is the hash that stands before `p_from`. Null where all
-- are. Called by check_chain.
create or replace function limpet.first_fault(p_session uuid, p_from bigint, p_before bytea) returns bigint
  language sql stable as $$
  select min(x.seq) from (
    select e.seq,
      e.hash <> sha256('limpet/event/v1\000'::bytea || limpet.prefixed(uuid_send(e.session_id)) || limpet.prefixed(int8send(e.seq))
        || limpet.prefixed(int8send(e.at_us)) || limpet.prefixed(convert_to(e.kind, 'UTF8'))
        || limpet.prefixed(convert_to(e.actor, 'UTF8')) || limpet.prefixed(e.payload_hash) || limpet.prefixed(e.prev))
      or (e.payload is not null and sha256(e.salt || convert_to(e.payload, 'UTF8')) is distinct from e.payload_hash)
      or lag(e.hash, 1, p_before) over w is distinct from e.prev
      or lag(e.seq, 1, p_from - 1) over w <> e.seq - 1 as is_faulty
    from limpet.events e where e.session_id = p_session and e.seq >= p_from window w as (order by e.seq)
  ) x where x.is_faulty
$$;
