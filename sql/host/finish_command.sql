-- Ends a running command with what was observed: final state, the rest of its output, shell state and audit in one transaction, refused
-- (`output_gap`) unless the totals are stored. Then starts the next one under `p_next`, with a live lease, and hands it back.
-- `p_result` is CommandResult in sql/host.ts; `p_seals`, `p_state_seal` and `p_state_hash` are of what is sealed. Repeating the call gives the same answer. Raises fenced, output_gap.
create or replace function limpet_host.finish_command(p_incarnation uuid, p_session uuid, p_epoch integer, p_attempt uuid, p_result jsonb, p_state bytea, p_next uuid,
  p_streams integer[], p_offsets bigint[], p_skips bigint[], p_data bytea, p_lengths integer[],
  p_seals bytea[] default null, p_state_seal bytea default null, p_state_hash bytea default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions := limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  c limpet.commands;
  n limpet.commands;
  v_hash bytea := coalesce(p_state_hash, sha256(p_state));
  v_closes boolean := s.ephemeral and s.closed_at is null;
begin
  select * into c from limpet.commands where attempt = p_attempt for no key update;
  if c.state = 'running' then
    if cardinality(p_streams) > 0 then c := limpet.store_output(c, p_streams, p_offsets, p_skips, p_data, null, p_lengths, p_seals); end if;
    if c.stdout_bytes <> (p_result->>'stdout_bytes')::bigint or c.stderr_bytes <> (p_result->>'stderr_bytes')::bigint then
      perform limpet.fail('output_gap', format('Output of command %s is not stored to its end.', c.id), 'Append the rest and finish again.');
    end if;
    -- A state that the session has already is there, and stays while its row is locked.
    if v_hash is distinct from s.state_hash and p_state is not null then perform limpet.store_state(p_state, p_state_seal, v_hash); end if;
    update limpet.commands
    set state = p_result->>'state', exit_code = (p_result->>'exit_code')::integer, signal = p_result->>'signal', cwd = p_result->>'cwd',
        generation = (p_result->>'generation')::integer, problem = p_result->>'problem', state_hash = v_hash,
        stdout_bytes = c.stdout_bytes, stderr_bytes = c.stderr_bytes, dropped_bytes = c.dropped_bytes, last_output_at = c.last_output_at,
        stdout_sha256 = decode(p_result->>'stdout_sha256', 'hex'), stderr_sha256 = decode(p_result->>'stderr_sha256', 'hex'),
        finished_at = clock_timestamp(), answer_to = null
    where id = c.id;
    if c.metered then perform limpet.count_output(c.key_id, c.stdout_bytes + c.stderr_bytes - c.dropped_bytes); end if;
    update limpet.sessions
    set running_command_id = null, last_active_at = clock_timestamp(), cwd = coalesce(p_result->>'cwd', s.cwd),
        state_hash = coalesce(v_hash, s.state_hash), background_jobs = coalesce((p_result->>'jobs')::integer, s.background_jobs),
        closed_at = case when v_closes then clock_timestamp() else s.closed_at end,
        audit_seq = s.audit_seq + 1,
        audit_hash = limpet.append_canonical_event(s.id, s.audit_seq + 1, s.audit_hash, 'command.finished', 'host:' || p_incarnation,
          limpet.finished_payload(c, p_result, v_hash))
    where id = s.id;
    if v_closes then perform limpet.append_session_event(s.id, 'session.closed', 'host:' || p_incarnation, '{}'); end if;
    if c.answer_to is not null then perform limpet.tell_end(c.id, c.answer_to); end if;
    perform pg_notify('limpet_ended', c.id::text);
    if s.replay_id is not null then perform limpet.advance_replay(s.id, c.id); end if;
    -- What else there is to do in this session is read again; mostly there is nothing.
    if s.queued > 0 or s.replay_id is not null or v_closes then select * into s from limpet.sessions where id = s.id; end if;
  elsif c.id is null or c.state = 'lost' then
    perform limpet.fail('fenced', 'This command was given up; nothing more of it is accepted.', 'Drop it.');
  else
    select * into n from limpet.commands where attempt = p_next;
  end if;
  if n.id is null and s.queued > 0 and s.running_command_id is null then
    if p_next is not null then n := limpet.claim_next(s, p_next); end if;
    if n.id is null then
      update limpet.sessions set hint_at = clock_timestamp() where id = s.id;
      perform limpet.hint(s.id, s.pool, p_incarnation, 'after:' || c.id);
    end if;
  end if;
  return jsonb_build_object('next', case when n.id is not null then limpet.claim_json(n) end, 'closed', s.closed_at is not null);
end
$$;
