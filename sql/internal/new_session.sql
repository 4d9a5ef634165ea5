-- Makes a session for a key and announces it to the hosts of its pool. `p_options` is SessionOptions in sql/edge.ts.
-- Its `fork` is set by branch_session alone: where the session begins, and the parent's event that its genesis embeds.
-- A repeated id or idempotency key gives the first session again. Called by create_session, execute, branch_session and lock_shell.
create or replace function limpet.new_session(
  p_key limpet.api_keys, p_id uuid, p_options jsonb, p_ephemeral boolean, p_idempotency_key text, p_body_hash bytea
) returns limpet.sessions
  language plpgsql as $$
declare
  s limpet.sessions;
  v_now timestamptz := clock_timestamp();
  v_fork jsonb := p_options->'fork';
  v_parent uuid := (v_fork->>'session_id')::uuid;
  v_parent_seq bigint := (v_fork->>'audit_seq')::bigint;
  v_parent_hash bytea := decode(v_fork->>'audit_hash', 'hex');
  v_start bytea := decode(v_fork->>'state_hash', 'hex');
begin
  s := limpet.repeated_session(p_key, p_id, p_idempotency_key, p_body_hash);
  if s.id is not null then return s; end if;
  if p_key.executables_allowed is not null then perform limpet.require_allowed(p_key, p_options - 'command'); end if;
  perform limpet.admit_session(p_key);
  insert into limpet.sessions (id, owner_id, key_id, name, pool, tty, merge_output, ephemeral, shelld, cols, rows, idle_timeout_ms,
    labels, environment, initial_cwd, idempotency_key, body_hash, forked_from, forked_from_seq, forked_audit_seq, forked_audit_hash,
    replay_id, state_hash, start_state_hash, start_exit_code, secrets, created_at, last_active_at, hint_at, audit_seq, audit_hash)
  values (p_id, p_key.owner_id, p_key.id, p_options->>'name', coalesce(p_options->>'pool', 'default'),
    coalesce((p_options->>'tty')::boolean, false), coalesce((p_options->>'merge_output')::boolean, false), p_ephemeral,
    coalesce((p_options->>'shelld')::boolean, false),
    coalesce((p_options->>'cols')::integer, 120), coalesce((p_options->>'rows')::integer, 40),
    coalesce((p_options->>'idle_timeout_ms')::bigint, limpet.setting('idle_timeout_ms')),
    coalesce(p_options->'labels', '{}'), coalesce(p_options->'env', '{}'), p_options->>'cwd', p_idempotency_key, p_body_hash,
    v_parent, (v_fork->>'seq')::integer, v_parent_seq, v_parent_hash,
    (v_fork->>'replay_id')::uuid, v_start, v_start, (v_fork->>'exit_code')::integer,
    decode(p_options->>'secrets', 'base64'), v_now, v_now, v_now, 0,
    case when v_fork is null then limpet.genesis_hash(p_id, v_now)
      else limpet.fork_genesis_hash(p_id, v_now, v_parent, v_parent_seq, v_parent_hash) end)
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
    jsonb_build_object('name', s.name, 'tty', s.tty, 'ephemeral', s.ephemeral, 'cols', s.cols, 'rows', s.rows)
    || case when v_fork is null then '{}' else jsonb_build_object('forked_from', v_parent, 'forked_from_seq', s.forked_from_seq,
      'parent_seq', v_parent_seq, 'parent_hash', v_fork->>'audit_hash', 'state_sha256', v_fork->>'state_hash') end);
  perform limpet.hint(s.id, s.pool, null, s.id::text);
  return s;
end
$$;
