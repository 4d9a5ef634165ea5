-- The command that a repeated call made the first time, by its id or its idempotency key; null where there is none. The caller has locked `s`.
-- Called by enqueue. Raises id_taken, idempotency_conflict.
create or replace function limpet.repeated_command(s limpet.sessions, p_id uuid, p_idempotency_key text, p_body_hash bytea) returns limpet.commands
  language plpgsql as $$
declare
  c limpet.commands;
begin
  select * into c from limpet.commands where id = p_id;
  if not found and p_idempotency_key is not null then
    select * into c from limpet.commands where session_id = s.id and idempotency_key = p_idempotency_key;
  end if;
  if c.id is null then return null; end if;
  if c.session_id <> s.id then perform limpet.fail('id_taken', 'This id is in use.', 'Make a fresh one for each call.'); end if;
  if c.idempotency_key is distinct from p_idempotency_key or c.body_hash is distinct from p_body_hash then
    perform limpet.fail('idempotency_conflict', 'This Idempotency-Key was used for a different request.',
      'Send the same body again, or another key for another request.');
  end if;
  return c;
end
$$;
