-- A field of an event as it is hashed: its length in four bytes, then its bytes, so that no two lists of fields are alike.
create or replace function limpet.prefixed(p_field bytea) returns bytea
  language sql immutable parallel safe as $$
  select int4send(octet_length(p_field)) || p_field
$$;
