-- GET …/output: the stored pieces of a stream that overlap [p_offset, p_offset + p_limit), in order, cut to it; a sealed one whole, with its
-- seal, as only who opens it can cut it. Where bytes were dropped there is no piece. Raises unauthorized, not_found.
create or replace function limpet_edge.read_output(p_credential bytea, p_id uuid, p_stream text, p_offset bigint, p_limit bigint) returns table (start_offset bigint, data bytea, seal bytea)
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  c limpet.commands := limpet.view_command(p_credential, p_id);
begin
  return query
  select case when o.seal is null then greatest(o.start_offset, p_offset) else o.start_offset end,
         case when o.seal is null then substr(o.data, greatest(1, p_offset - o.start_offset + 1)::integer,
           (least(o.start_offset + octet_length(o.data), p_offset + p_limit) - greatest(o.start_offset, p_offset))::integer) else o.data end,
         o.seal
  from limpet.output o
  where o.command_id = c.id and o.stream = case p_stream when 'stdout' then 1 else 2 end
    -- A row holds at most 64 KiB, so this bound finds the row that p_offset is in.
    and o.start_offset > p_offset - 65536 and o.start_offset < p_offset + p_limit
    and o.start_offset + octet_length(o.data) > p_offset
  order by o.start_offset;
end
$$;
