-- POST /v1/sessions/{session}/commands. Raises unauthorized, forbidden, not_found, session_closed, session_busy, too_many_queued,
-- idempotency_conflict.
create or replace function limpet_edge.submit_command(p_credential bytea, p_session text, p_id uuid, p_options jsonb, p_idempotency_key text default null, p_body_hash bytea default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.lock_session(k, p_session);
begin
  if s.running_command_id is not null then
    perform limpet.settle_abandoned(s.id);
    select * into s from limpet.sessions where id = s.id;
  end if;
  if s.replay_id is not null then perform limpet.require_no_replay(s); end if;
  return limpet.command_json(limpet.enqueue(k, s, p_id, p_options, p_idempotency_key, p_body_hash));
end
$$;
