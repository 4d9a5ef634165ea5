-- A leaf of a checkpoint's tree (RFC 6962): the head of one chain.
create or replace function limpet.leaf_hash(p_session uuid, p_seq bigint, p_hash bytea) returns bytea
  language sql immutable parallel safe as $$
  select sha256('\x00'::bytea || 'limpet/head/v1\000'::bytea || limpet.prefixed(uuid_send(p_session))
    || limpet.prefixed(int8send(p_seq)) || limpet.prefixed(p_hash))
$$;
