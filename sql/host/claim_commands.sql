-- Claims at once what is claimed at once: each of `p_calls` as claim_command would, `{incarnation, session, epoch, attempt}`. Done are those alone where a command
-- waits in an idle session of this host, with a live lease, and its key's output is not limited. Of the rest nothing is done, nor in a session that somebody
-- else has locked; nobody waits here. Answers ClaimedCommand (sql/hostShapes.ts) of each that was started; whoever called calls
-- claim_command for the others. Raises where a token was used before: then none is started.
create or replace function limpet_host.claim_commands(p_calls jsonb) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_calls jsonb[];
  v_commands limpet.commands[];
begin
  select array_agg(l.call) into v_calls from (
    select t.call
    from jsonb_array_elements(p_calls) t (call) join limpet.sessions s on s.id = (t.call->>'session')::uuid
    where s.host_incarnation = (t.call->>'incarnation')::uuid and s.epoch = (t.call->>'epoch')::integer and s.running_command_id is null and s.queued > 0
    for no key update of s skip locked) l;
  with started as (
    update limpet.commands c
    set state = 'running', attempt = (t.call->>'attempt')::uuid, epoch = s.epoch, host_incarnation = s.host_incarnation, generation = s.generation,
        started_cwd = s.cwd, started_at = clock_timestamp()
    from unnest(v_calls) t (call) join limpet.sessions s on s.id = (t.call->>'session')::uuid
    join limpet.hosts h on h.incarnation = s.host_incarnation and h.state = 'live' and h.lease_until > clock_timestamp()
    cross join lateral (select x.id from limpet.commands x where x.session_id = s.id and x.state = 'queued' order by x.seq limit 1) q
    where c.id = q.id and not c.metered
    returning c)
  select array_agg(c) into v_commands from started;
  if v_commands is null then return '[]'; end if;
  update limpet.sessions s
  set running_command_id = c.id, queued = s.queued - 1, audit_seq = s.audit_seq + 1, audit_hash = e.hash
  from limpet.append_events('command.started', array(select c.session_id from unnest(v_commands) c),
    array(select 'host:' || c.host_incarnation from unnest(v_commands) c),
    array(select limpet.started_payload(c) from unnest(v_commands) c)) e
  join unnest(v_commands) c on c.session_id = e.session_id
  where s.id = e.session_id;
  return (select jsonb_agg(limpet.claim_json(c)) from unnest(v_commands) c);
end
$$;
