-- How far a stream is stored, whether anything may be added, and the hole that `max_output` left in it (null where there is none).
-- Raises unauthorized, not_found.
create or replace function limpet_edge.read_output_extent(p_credential bytea, p_id uuid, p_stream text) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  c limpet.commands := limpet.view_command(p_credential, p_id);
  v_total bigint := case p_stream when 'stdout' then c.stdout_bytes else c.stderr_bytes end;
  v_hole_start bigint;
  v_hole_end bigint;
begin
  if c.dropped_bytes > 0 then
    select x.stored_to, x.next_start into v_hole_start, v_hole_end
    from (select o.start_offset + octet_length(o.data) as stored_to,
                 lead(o.start_offset, 1, v_total) over (order by o.start_offset) as next_start
          from (select 0::bigint as start_offset, ''::bytea as data
                union all select start_offset, data from limpet.output
                where command_id = c.id and stream = case p_stream when 'stdout' then 1 else 2 end) o) x
    where x.stored_to < x.next_start order by x.stored_to limit 1;
  end if;
  return jsonb_build_object('total', v_total, 'complete', c.state not in ('queued', 'running'), 'state', c.state,
    'hole_start', v_hole_start, 'hole_end', v_hole_end);
end
$$;
