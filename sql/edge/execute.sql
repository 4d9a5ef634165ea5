-- POST /v1/exec: a session for one command; finish_command closes it. The idempotency key is the owner's.
-- Raises unauthorized, forbidden, too_many_sessions, idempotency_conflict.
create or replace function limpet_edge.execute(p_credential bytea, p_session_id uuid, p_id uuid, p_options jsonb, p_idempotency_key text default null, p_body_hash bytea default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions;
  c limpet.commands;
begin
  s := limpet.new_session(k, p_session_id, '{}', true, p_idempotency_key, p_body_hash);
  select * into s from limpet.sessions where id = s.id for no key update;
  select * into c from limpet.commands where session_id = s.id and seq = 1;
  if not found then c := limpet.enqueue(k, s, p_id, p_options, p_idempotency_key, p_body_hash); end if;
  return limpet.command_json(c);
end
$$;
