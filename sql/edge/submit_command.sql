-- POST /v1/sessions/{session}/commands. Raises unauthorized, forbidden, not_found, session_closed, session_busy, too_many_queued,
-- idempotency_conflict.
create or replace function limpet_edge.submit_command(p_credential bytea, p_session text, p_id uuid, p_options jsonb, p_idempotency_key text default null, p_body_hash bytea default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  v_id uuid;
  s limpet.sessions;
  c limpet.commands;
begin
  v_id := limpet.find_session(k, p_session);
  select * into s from limpet.sessions where id = v_id for no key update;
  if s.running_command_id is not null then
    perform limpet.settle_abandoned(s.id);
    select * into s from limpet.sessions where id = v_id;
  end if;
  if s.replay_id is not null then perform limpet.require_no_replay(s); end if;
  c := limpet.enqueue(k, s, p_id, p_options, p_idempotency_key, p_body_hash);
  return limpet.command_json(c, limpet.setting('view_bytes')::integer);
end
$$;
