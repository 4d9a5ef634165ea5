-- POST /v1/sessions/{session}/fork: a new session in the state that this one had after command `p_after`; without it, after the last before
-- which all have ended. It makes no difference whether the source is busy or closed. The idempotency key is the owner's.
-- Raises unauthorized, forbidden, not_found, session_busy, name_taken, too_many_sessions, idempotency_conflict.
create or replace function limpet_edge.fork_session(
  p_credential bytea, p_session text, p_id uuid, p_after integer default null, p_name text default null,
  p_idempotency_key text default null, p_body_hash bytea default null
) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.lock_session(k, p_session);
  f limpet.sessions;
begin
  f := limpet.repeated_session(k, p_id, p_idempotency_key, p_body_hash);
  if f.id is null then
    f := limpet.branch_session(k, s, coalesce(p_after, limpet.ended_until(s)), p_id, p_name, null, p_idempotency_key, p_body_hash);
  end if;
  return limpet.session_json(f);
end
$$;
