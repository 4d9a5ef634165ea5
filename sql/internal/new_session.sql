-- Makes a session for a key and announces it to the hosts of its pool. `p_options` is SessionOptions in sql/edge.ts.
-- A repeated id or idempotency key gives the first session again. Called by create_session, execute and lock_shell.
create or replace function limpet.new_session(
  p_key limpet.api_keys, p_id uuid, p_options jsonb, p_ephemeral boolean, p_idempotency_key text, p_body_hash bytea
) returns limpet.sessions
  language plpgsql as $$
declare
  s limpet.sessions;
  v_now timestamptz := clock_timestamp();
begin
  select * into s from limpet.sessions x
  where x.id = p_id or (x.owner_id = p_key.owner_id and x.idempotency_key = p_idempotency_key)
  order by x.id = p_id desc limit 1;
  if found then return limpet.same_session(p_key, s, p_idempotency_key, p_body_hash); end if;
  if (select count(*) from limpet.sessions x where x.key_id = p_key.id and x.closed_at is null) >= limpet.setting('open_sessions_max') then
    perform limpet.fail('too_many_sessions', format('This key has %s open sessions, as many as it may.', limpet.setting('open_sessions_max')),
      'Close one with DELETE /v1/sessions/{session}.');
  end if;
  insert into limpet.sessions (id, owner_id, key_id, name, pool, tty, merge_output, ephemeral, shelld, cols, rows, idle_timeout_ms,
    labels, environment, initial_cwd, idempotency_key, body_hash, created_at, last_active_at, hint_at, audit_seq, audit_hash)
  values (p_id, p_key.owner_id, p_key.id, p_options->>'name', coalesce(p_options->>'pool', 'default'),
    coalesce((p_options->>'tty')::boolean, false), coalesce((p_options->>'merge_output')::boolean, false), p_ephemeral,
    coalesce((p_options->>'shelld')::boolean, false),
    coalesce((p_options->>'cols')::integer, 120), coalesce((p_options->>'rows')::integer, 40),
    coalesce((p_options->>'idle_timeout_ms')::bigint, limpet.setting('idle_timeout_ms')),
    coalesce(p_options->'labels', '{}'), coalesce(p_options->'env', '{}'), p_options->>'cwd', p_idempotency_key, p_body_hash,
    v_now, v_now, v_now, 0,
    limpet.genesis_hash(p_id, v_now))
  on conflict do nothing
  returning * into s;
  if s.id is null then
    -- Someone else was first: with this key (then theirs is the answer), or with this name.
    select * into s from limpet.sessions x where x.owner_id = p_key.owner_id and x.idempotency_key = p_idempotency_key;
    if found then return limpet.same_session(p_key, s, p_idempotency_key, p_body_hash); end if;
    if (p_options->>'shelld')::boolean then perform limpet.fail('already_locked', 'The shell is already locked.', 'POST /unlock ends it.'); end if;
    perform limpet.fail('name_taken', format('You have an open session named "%s".', p_options->>'name'),
      'Use it by that name, close it, or choose another name.');
  end if;
  perform limpet.append_session_event(s.id, 'session.opened', 'key:' || p_key.id,
    jsonb_build_object('name', s.name, 'tty', s.tty, 'ephemeral', s.ephemeral));
  perform limpet.hint(s.id, s.pool, null, s.id::text);
  return s;
end
$$;
