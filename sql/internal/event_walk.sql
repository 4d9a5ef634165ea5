-- The statement by which find_events walks back in time: `session_id`, `seq`, `at_us` and `hit`, whether all of the filter matches, of the next $4 events
-- after the place ($1, $2, $3) in the order newest first. Of a chain it goes by seq, which is the order of time, unless a time is asked for. An owner
-- of few events has those read, session by session; one of many, or of many sessions, is looked for among all. `p_chain` null: all that
-- this key sees. Called by find_events.
create or replace function limpet.event_walk(p_key limpet.api_keys, p_chain uuid, p_filter jsonb) returns text
  language plpgsql as $$
declare
  c_readings constant uuid := '00000000-0000-0000-0000-000000000001';
  c_sessions_max constant integer := 1000;
  c_events_max constant integer := 20000;
  v_conditions record := limpet.event_conditions(p_filter);
  v_rows text := format('select e.session_id, e.seq, e.at_us, %s as hit from limpet.events e where %s', v_conditions.p_check, v_conditions.p_walk);
  v_after text := ' and ($1 is null or e.at_us <= $1 and (e.at_us < $1 or (e.session_id, e.seq) > ($2, $3)))';
  v_newest text := ' order by at_us desc, session_id, seq limit $4';
  -- Of few rows: by no index of time, in which the planner would go through those of all others.
  v_sorted text := ' order by e.at_us + 0 desc, e.session_id, e.seq limit $4';
  v_owner uuid := limpet.seen_owner(p_key);
  v_sessions uuid[];
  v_events bigint;
  v_reads text;
begin
  if p_chain is null and v_owner is null then return v_rows || v_after || v_newest; end if;
  -- Of the chain of readings: who read that session, or one of this owner's.
  v_reads := format('(%s and e.session_id = %L and e.seq = any (%L::bigint[]) %s %s)', v_rows, c_readings, array(
    select r.seq from limpet.readings r where r.session_id = p_chain and r.seq is not null
    union all
    select r.seq from limpet.readings r join limpet.sessions s on s.id = r.session_id
    where p_chain is null and s.owner_id = v_owner and r.seq is not null), v_after, v_sorted);
  if p_chain is not null then
    return format('select * from ((%s and e.session_id = %L %s) union all %s) e %s', v_rows, p_chain,
      case when p_filter ?| array['before', 'after'] then v_after || v_newest else format(
        ' and ($1 is null or e.seq < coalesce(case when $2 = %1$L then $3 end,
            (select max(x.seq) + 1 from limpet.events x where x.session_id = %1$L and x.at_us <= $1), 0)) order by e.seq desc limit $4', p_chain) end,
      v_reads, v_newest);
  end if;
  select array_agg(s.id), sum(s.audit_seq) into v_sessions, v_events
  from (select id, audit_seq from limpet.sessions where owner_id = v_owner limit c_sessions_max + 1) s;
  return case when cardinality(v_sessions) > c_sessions_max or v_events > c_events_max then
    format('select e.session_id, e.seq, e.at_us, e.hit and exists (select from limpet.sessions s where s.id = e.session_id and s.owner_id = %L) as hit
      from (%s and e.session_id <> %L %s %s) e union all %s %s', v_owner, v_rows, c_readings, v_after, v_newest, v_reads, v_newest)
    else format('select * from (select e.* from unnest(%L::uuid[]) owned (id) cross join lateral (%s and e.session_id = owned.id %s %s) e union all %s) e %s',
      v_sessions, v_rows, v_after, v_sorted, v_reads, v_newest) end;
end
$$;
