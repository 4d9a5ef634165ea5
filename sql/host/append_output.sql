-- Stores pieces of running commands' output, one command an element of `p_batch`: {attempt, streams, offsets, skips} with its pieces taken
-- in order from `p_data`, cut at `p_lengths`, and, where they are sealed, from `p_seals`. Answers per command: null if stored, else why not (`fenced`, `output_gap`), so that one refusal harms nobody else.
-- Only command rows are locked, in the order of their ids.
create or replace function limpet_host.append_output(p_incarnation uuid, p_attempts uuid[], p_streams integer[], p_offsets bigint[], p_skips bigint[], p_data bytea, p_lengths integer[], p_seals bytea[] default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_refused jsonb := '{}';
  v_attempt uuid;
  v_at integer[];
  v_starts integer[] := array(select (1 + coalesce(sum(l) over (order by i rows between unbounded preceding and 1 preceding), 0))::integer
    from unnest(p_lengths) with ordinality u (l, i) order by i);
  c limpet.commands;
begin
  for v_attempt in select distinct a from unnest(p_attempts) a order by a loop
    select * into c from limpet.commands where attempt = v_attempt for no key update;
    if c.state is distinct from 'running' or c.host_incarnation <> p_incarnation then
      v_refused := v_refused || jsonb_build_object(v_attempt::text, 'fenced');
      continue;
    end if;
    begin
      select array_agg(i) into v_at from generate_subscripts(p_attempts, 1) i where p_attempts[i] = v_attempt;
      c := limpet.store_output(c,
        array(select p_streams[i] from unnest(v_at) i order by i), array(select p_offsets[i] from unnest(v_at) i order by i),
        array(select p_skips[i] from unnest(v_at) i order by i), p_data,
        array(select v_starts[i] from unnest(v_at) i order by i), array(select p_lengths[i] from unnest(v_at) i order by i),
        case when p_seals is not null then array(select p_seals[i] from unnest(v_at) i order by i) end);
      update limpet.commands
      set stdout_bytes = c.stdout_bytes, stderr_bytes = c.stderr_bytes, dropped_bytes = c.dropped_bytes, last_output_at = c.last_output_at
      where id = c.id;
      perform limpet.tell_of(c.session_id);
    exception when sqlstate 'LP409' then
      v_refused := v_refused || jsonb_build_object(v_attempt::text, 'output_gap');
    end;
  end loop;
  return v_refused;
end
$$;
