-- Ends at once what ends at once: each of `p_calls`, `{incarnation, session, epoch, state_hash, result, pieces}` by its attempt, as finish_command would. Done are plain
-- ones only: nothing waits behind the command, its state is the one that its session has already (`state_hash`, in hex), it closes no session, is no part of a
-- replay and its key's output is not limited. Of the rest nothing is done, nor in a session that somebody else has locked; nobody waits here.
-- `pieces`: the first and the last of the pieces of output that are its own, of those in `p_streams` and so on (as finish_command takes them). Answers the attempts
-- that ended; whoever called calls finish_command for the others. Raises output_gap, for all of them.
create or replace function limpet_host.finish_commands(p_calls jsonb,
  p_streams integer[], p_offsets bigint[], p_skips bigint[], p_data bytea, p_lengths integer[], p_seals bytea[] default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_attempts uuid[];
  v_commands limpet.commands[];
  v_answers_to text[];
  v_starts integer[];
  v_first integer;
  v_last integer;
begin
  select array_agg(l.attempt) into v_attempts from (
    select t.attempt::uuid
    from jsonb_each(p_calls) t (attempt, call) join limpet.sessions s on s.id = (t.call->>'session')::uuid
    where s.host_incarnation = (t.call->>'incarnation')::uuid and s.epoch = (t.call->>'epoch')::integer and s.queued = 0 and s.closed_at is null and not s.ephemeral and s.replay_id is null
      and (t.call->>'state_hash' is null or s.state_hash = decode(t.call->>'state_hash', 'hex'))
    for no key update of s skip locked) l;
  select array_agg(l.c) into v_commands from (
    select c from limpet.commands c
    where c.attempt = any (v_attempts) and c.state = 'running' and not c.metered
      and c.session_id = (p_calls->(c.attempt::text)->>'session')::uuid
    for no key update skip locked) l;
  if v_commands is null then return '[]'; end if;
  if cardinality(p_streams) > 0 then
    v_starts := array(select (1 + coalesce(sum(l) over (order by i rows between unbounded preceding and 1 preceding), 0))::integer
      from unnest(p_lengths) with ordinality u (l, i) order by i);
    for i in 1 .. cardinality(v_commands) loop
      v_first := p_calls->(v_commands[i].attempt::text)->'pieces'->0;
      v_last := p_calls->(v_commands[i].attempt::text)->'pieces'->1;
      continue when v_last < v_first;
      v_commands[i] := limpet.store_output(v_commands[i], p_streams[v_first:v_last], p_offsets[v_first:v_last], p_skips[v_first:v_last], p_data,
        v_starts[v_first:v_last], p_lengths[v_first:v_last], p_seals[v_first:v_last]);
    end loop;
  end if;
  if exists (select from unnest(v_commands) c where (c.stdout_bytes, c.stderr_bytes)
    <> ((p_calls->(c.attempt::text)->'result'->>'stdout_bytes')::bigint, (p_calls->(c.attempt::text)->'result'->>'stderr_bytes')::bigint)) then
    perform limpet.fail('output_gap', 'Output of a command is not stored to its end.', 'Finish each alone.');
  end if;
  with ended as (
  update limpet.commands x
  set state = r.r->>'state', exit_code = (r.r->>'exit_code')::integer, signal = r.r->>'signal', cwd = r.r->>'cwd',
      generation = (r.r->>'generation')::integer, problem = r.r->>'problem', state_hash = decode(p_calls->(c.attempt::text)->>'state_hash', 'hex'),
      stdout_bytes = c.stdout_bytes, stderr_bytes = c.stderr_bytes, dropped_bytes = c.dropped_bytes, last_output_at = c.last_output_at,
      stdout_sha256 = decode(r.r->>'stdout_sha256', 'hex'), stderr_sha256 = decode(r.r->>'stderr_sha256', 'hex'),
      finished_at = clock_timestamp(), answer_to = null
  from unnest(v_commands) c cross join lateral (select p_calls->(c.attempt::text)->'result' as r) r
  where x.id = c.id
  returning x, c.answer_to)
  select array_agg(x), array_agg(answer_to) into v_commands, v_answers_to from ended;
  update limpet.sessions s
  set running_command_id = null, last_active_at = clock_timestamp(), cwd = coalesce(r.r->>'cwd', s.cwd),
      background_jobs = coalesce((r.r->>'jobs')::integer, s.background_jobs), audit_seq = s.audit_seq + 1, audit_hash = e.hash
  from limpet.append_events('command.finished', array(select c.session_id from unnest(v_commands) c),
    array(select 'host:' || c.host_incarnation from unnest(v_commands) c),
    array(select limpet.finished_payload(c, p_calls->(c.attempt::text)->'result', decode(p_calls->(c.attempt::text)->>'state_hash', 'hex'))
      from unnest(v_commands) c)) e
  join unnest(v_commands) c on c.session_id = e.session_id
  cross join lateral (select p_calls->(c.attempt::text)->'result' as r) r
  where s.id = e.session_id;
  perform limpet.tell_ends(v_commands, v_answers_to);
  return (select jsonb_agg(c.attempt) from unnest(v_commands) c);
end
$$;
