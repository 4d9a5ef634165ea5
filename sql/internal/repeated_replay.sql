-- The replay that an earlier call with this id or idempotency key made, null where none did. Called by replay_session.
-- Raises idempotency_conflict.
create or replace function limpet.repeated_replay(
  p_key limpet.api_keys, p_id uuid, p_idempotency_key text, p_body_hash bytea
) returns uuid
  language plpgsql as $$
declare
  r limpet.replays;
begin
  select * into r from limpet.replays x
  where x.owner_id = p_key.owner_id and (x.id = p_id or x.idempotency_key = p_idempotency_key)
  order by x.id = p_id desc limit 1;
  if r.idempotency_key is distinct from p_idempotency_key or r.body_hash is distinct from p_body_hash then
    if r.id is null then return null; end if;
    perform limpet.fail('idempotency_conflict', 'This Idempotency-Key was used for a different request.',
      'Send the same body again, or another key for another request.');
  end if;
  return r.id;
end
$$;
