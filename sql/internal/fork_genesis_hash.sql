-- What stands before a fork's first event: a genesis (genesis_hash) that also binds it to its parent's `session.forked` event, by the
-- parent's id and that event's seq and hash. So who trusts the fork's record can ask for the parent's up to there.
create or replace function limpet.fork_genesis_hash(
  p_session uuid, p_created_at timestamptz, p_parent uuid, p_parent_seq bigint, p_parent_hash bytea
) returns bytea
  language sql immutable parallel safe as $$
  select sha256('limpet/genesis/v1\000'::bytea || limpet.prefixed(uuid_send(p_session))
    || limpet.prefixed(int8send((extract(epoch from p_created_at) * 1000000)::bigint))
    || limpet.prefixed(uuid_send(p_parent)) || limpet.prefixed(int8send(p_parent_seq)) || limpet.prefixed(p_parent_hash))
$$;
