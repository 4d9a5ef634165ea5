-- What stands before a session's first event: it binds the chain to the session and its creation.
create or replace function limpet.genesis_hash(p_session uuid, p_created_at timestamptz) returns bytea
  language sql immutable parallel safe as $$
  select sha256('limpet/genesis/v1\000'::bytea || limpet.prefixed(uuid_send(p_session))
    || limpet.prefixed(int8send((extract(epoch from p_created_at) * 1000000)::bigint)))
$$;
