-- Submits at once what comes at once: each of `p_calls` as submit_command would, `{credential, session, id, options}` with the credential in base64. Done
-- are plain ones only: a command to an idle session that a host holds, by a key without limits that was used a moment ago, with nothing sealed and no beginning of interactive input.
-- Of the rest nothing is done, nor in a session that somebody else has locked: nobody waits here, so two of these never wait for each other. Answers
-- CommandRow (sql/contract.ts) of each that was done; whoever called calls submit_command for the others. Raises where one of them cannot be
-- stored, such as two to one session: then none is.
create or replace function limpet_edge.submit_commands(p_calls jsonb) returns json
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_calls jsonb[];
  v_keys uuid[];
  v_commands limpet.commands[];
  v_sessions uuid[];
  v_hosts uuid[];
  v_ids uuid[];
  v_now timestamptz;
begin
  select array_agg(l.call), array_agg(l.key) into v_calls, v_keys from (
    select t.call, k.id as key
    from jsonb_array_elements(p_calls) t (call)
    join limpet.api_keys k on k.hash = decode(t.call->>'credential', 'base64')
    join limpet.sessions s on s.id = (t.call->>'session')::uuid
    where limpet.is_in_use(k) and k.scopes && '{execute,admin}'
      and k.timeout_ms_max is null and k.executables_allowed is null and k.executables_denied is null
      and k.queued_commands_max is null and k.commands_per_minute_max is null and k.output_bytes_per_day_max is null
      and limpet.sees_owner(k, s.owner_id) and s.host_incarnation is not null
      and s.running_command_id is null and s.queued = 0 and s.closed_at is null and s.replay_id is null
      and not t.call->'options' ?| '{stdin_sealed,stdin_seal,stdin_sha256}'
      and not (t.call->'options' ? 'stdin' and t.call->'options' @> '{"interactive": true}')
    for no key update of s skip locked) l;
  v_now := clock_timestamp();
  with inserted as (
    insert into limpet.commands as c (id, session_id, seq, owner_id, key_id, command, environment, requested_cwd, stdin, interactive,
      timeout_ms, max_output, metered, answer_to, created_at)
    select (t.call->>'id')::uuid, s.id, s.next_seq, s.owner_id, t.key, o.o->>'command', o.o->'env', o.o->>'cwd', convert_to(o.o->>'stdin', 'UTF8'),
      coalesce((o.o->>'interactive')::boolean, false), (o.o->>'timeout_ms')::bigint,
      coalesce((o.o->>'max_output')::bigint, limpet.setting('max_output_bytes')), false, limpet.answers_channel(o.o), v_now
    from unnest(v_calls, v_keys) t (call, key) cross join lateral (select t.call->'options' as o) o
    join limpet.sessions s on s.id = (t.call->>'session')::uuid
    on conflict (id) do nothing
    returning c)
  select array_agg(c) into v_commands from inserted;
  if v_commands is null then return '[]'; end if;
  with updated as (
    update limpet.sessions s
    set next_seq = s.next_seq + 1, queued = s.queued + 1, last_active_at = v_now, hint_at = v_now, audit_seq = s.audit_seq + 1, audit_hash = e.hash
    from limpet.append_events('command.submitted', array(select c.session_id from unnest(v_commands) c),
      array(select 'key:' || c.key_id from unnest(v_commands) c),
      array(select limpet.submitted_payload(c, null) from unnest(v_commands) c)) e
    where s.id = e.session_id
    returning s.id, s.host_incarnation)
  select array_agg(u.id), array_agg(u.host_incarnation), array_agg(c.id) into v_sessions, v_hosts, v_ids
  from updated u join unnest(v_commands) c on c.session_id = u.id;
  perform limpet.hint_hosts(v_sessions, v_hosts, v_ids);
  return (select coalesce(json_agg(r), '[]') from limpet.command_rows(v_commands) r);
end
$$;
