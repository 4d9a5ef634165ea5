-- The session that an earlier call with the same id or idempotency key made, if it was the same call.
create or replace function limpet.same_session(
  p_key limpet.api_keys, s limpet.sessions, p_idempotency_key text, p_body_hash bytea
) returns limpet.sessions
  language plpgsql as $$
begin
  if s.owner_id <> p_key.owner_id then
    perform limpet.fail('id_taken', 'This id is in use.', 'Make a fresh one for each call.');
  elsif s.idempotency_key is distinct from p_idempotency_key or s.body_hash is distinct from p_body_hash then
    perform limpet.fail('idempotency_conflict', 'This Idempotency-Key was used for a different request.',
      'Send the same body again, or another key for another request.');
  end if;
  return s;
end
$$;
