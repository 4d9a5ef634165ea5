-- The session that an earlier call with this id or idempotency key made, null where none did. Raises idempotency_conflict, id_taken.
create or replace function limpet.repeated_session(
  p_key limpet.api_keys, p_id uuid, p_idempotency_key text, p_body_hash bytea
) returns limpet.sessions
  language plpgsql as $$
declare
  s limpet.sessions;
begin
  select * into s from limpet.sessions x
  where x.id = p_id or (x.owner_id = p_key.owner_id and x.idempotency_key = p_idempotency_key)
  order by x.id = p_id desc limit 1;
  if not found then return null; end if;
  return limpet.same_session(p_key, s, p_idempotency_key, p_body_hash);
end
$$;
