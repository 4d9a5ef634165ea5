-- POST /v1/sessions. Answers at once: the shell is opened by a host that the job reaches.
-- Raises unauthorized, forbidden, too_many_sessions, name_taken, idempotency_conflict.
create or replace function limpet_edge.create_session(p_credential bytea, p_id uuid, p_options jsonb, p_idempotency_key text default null, p_body_hash bytea default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return limpet.session_json(limpet.new_session(
    limpet.authenticate(p_credential, 'execute'), p_id, p_options - '{fork,shelld}'::text[], false, p_idempotency_key, p_body_hash));
end
$$;
