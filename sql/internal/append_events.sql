-- Appends one event to each of several chains, whose heads the caller holds locked, and returns their hashes, which the caller stores as the new
-- heads. As append_canonical_event, for calls that come together. Called by submit_commands, claim_commands and finish_commands.
create or replace function limpet.append_events(p_kind text, p_sessions uuid[], p_actors text[], p_payloads text[])
  returns table (session_id uuid, hash bytea)
  language plpgsql as $$
begin
  return query
  with salted as materialized (
    select t.session, s.audit_seq + 1 as seq, s.audit_hash as prev, t.actor, t.payload, uuid_send(gen_random_uuid()) as salt,
      (extract(epoch from clock_timestamp()) * 1000000)::bigint as at_us
    from unnest(p_sessions, p_actors, p_payloads) t (session, actor, payload) join limpet.sessions s on s.id = t.session),
  hashed as materialized (select *, sha256(x.salt || convert_to(x.payload, 'UTF8')) as payload_hash from salted x)
  insert into limpet.events as e (session_id, seq, at_us, kind, actor, salt, payload, payload_hash, prev, hash)
  select h.session, h.seq, h.at_us, p_kind, h.actor, h.salt, h.payload, h.payload_hash, h.prev,
    limpet.event_hash(h.session, h.seq, h.at_us, p_kind, h.actor, h.payload_hash, h.prev)
  from hashed h
  returning e.session_id, e.hash;
end
$$;
