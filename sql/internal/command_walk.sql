-- The statement by which find_commands walks back in time: `id`, `created_at` and `hit`, whether all of the filter matches, of the next $3 commands
-- older than ($1, $2). Of a session it goes by seq, which is the order of time and has an index; where the command to go on from was removed, by
-- its time. Of a host it takes the newest of each of its starts: these have an index, too. Called by find_commands.
create or replace function limpet.command_walk(p_owner uuid, p_filter jsonb) returns text
  language plpgsql as $$
declare
  v_conditions record := limpet.command_conditions(p_owner, p_filter);
  v_rows text := format('select c.id, c.created_at, %s as hit from limpet.commands c where %s', v_conditions.p_check, v_conditions.p_walk);
  v_older text := ' and ($1 is null or (c.created_at, c.id) < ($1, $2)) order by c.created_at desc, c.id desc limit $3';
begin
  return case
    when p_filter ? 'session_id' then v_rows || format(
      ' and ($1 is null or c.seq < coalesce((select x.seq from limpet.commands x where x.id = $2 and x.session_id = %1$L),
          (select max(x.seq) + 1 from limpet.commands x where x.session_id = %1$L and (x.created_at, x.id) < ($1, $2)), 0))
        order by c.seq desc limit $3', p_filter->>'session_id')
    when p_filter ? 'host' then format(
      'select c.* from unnest(%L::uuid[]) started (incarnation) cross join lateral (%s and c.host_incarnation = started.incarnation%s) c
       order by c.created_at desc, c.id desc limit $3', limpet.incarnations(p_filter->>'host'), v_rows, v_older)
    else v_rows || v_older end;
end
$$;
