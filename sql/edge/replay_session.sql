-- POST /v1/sessions/{session}/replay: runs a range of commands again in a new session (`p_session_id`) that begins where they began.
-- `p_options` is ReplayOptions in sql/edgeHistory.ts. Without `force`, a replay of the same range that there is already is the answer; one that
-- stopped goes on. The idempotency key is the owner's. Raises unauthorized, forbidden, not_found, session_busy, too_large, name_taken,
-- too_many_sessions, idempotency_conflict.
create or replace function limpet_edge.replay_session(
  p_credential bytea, p_session text, p_id uuid, p_session_id uuid, p_options jsonb default '{}',
  p_idempotency_key text default null, p_body_hash bytea default null
) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  v_range record;
  v_replay uuid;
  s limpet.sessions := limpet.lock_session(k, p_session);
  r limpet.replays;
begin
  v_replay := limpet.repeated_replay(k, p_id, p_idempotency_key, p_body_hash);
  if v_replay is not null then return limpet.replay_json(v_replay); end if;
  v_range := limpet.replay_range(s, (p_options->>'from')::integer, (p_options->>'to')::integer);
  if not coalesce((p_options->>'force')::boolean, false) then
    select * into r from limpet.replays x
    where x.source_session_id = s.id and x.from_seq = v_range.p_from and x.to_seq = v_range.p_to and x.owner_id = k.owner_id
    order by x.created_at desc limit 1;
    if found and (r.state <> 'stopped'
        or limpet.resume_replay(k, r.id, r.session_id, coalesce((p_options->>'stop_on_difference')::boolean, false))) then
      return limpet.replay_json(r.id);
    end if;
  end if;
  r := limpet.new_replay(k, s, p_id, p_session_id, v_range.p_from, v_range.p_to, p_options, p_idempotency_key, p_body_hash);
  return limpet.replay_json(r.id);
end
$$;
