-- The first `p_view` stored bytes of a stream, and its last `p_view` that are not among them. Bytes that were dropped are
-- in neither: the head is what is whole from the start, the tail what is whole to the end. Of what was stored after `p_total` was
-- read nothing is shown. Where they are sealed both are empty, and `sealed` has the pieces that they are in (sealed_ends). Called by ends
-- and search_text.
create or replace function limpet.stored_ends(
  p_command uuid, p_stream integer, p_total bigint, p_view integer, out head bytea, out tail bytea, out sealed jsonb
)
  language plpgsql stable as $$
declare
  v_tail_start bigint;
  v_sealed_head boolean;
  v_sealed_tail boolean;
begin
  head := ''; tail := '';
  if p_total = 0 then return; end if;
  select coalesce(substr(string_agg(o.data, ''::bytea order by o.start_offset), 1, least(p_view, p_total)::integer), ''),
         bool_or(o.seal is not null)
  into head, v_sealed_head
  from (select start_offset, data, seal, sum(octet_length(data)) over (order by start_offset) - octet_length(data) as whole_before
        from limpet.output where command_id = p_command and stream = p_stream and start_offset < least(p_view, p_total)) o
  where o.start_offset = o.whole_before;
  v_tail_start := greatest(octet_length(head), p_total - p_view);
  if v_tail_start >= p_total and v_sealed_head is not true then return; end if;
  select coalesce(string_agg(
           substr(o.data, greatest(1, v_tail_start - o.start_offset + 1)::integer), ''::bytea order by o.start_offset), ''),
         bool_or(o.seal is not null)
  into tail, v_sealed_tail
  from (select start_offset, data, seal, p_total - sum(octet_length(data)) over (order by start_offset desc) as whole_from
        from limpet.output where command_id = p_command and stream = p_stream
          -- A row holds at most 64 KiB (limits.outputChunkBytes), so none that reaches the tail starts before this.
          and start_offset > v_tail_start - 65536 and start_offset < p_total) o
  where o.start_offset = o.whole_from and o.start_offset + octet_length(o.data) > v_tail_start;
  if v_sealed_head or v_sealed_tail then
    head := ''; tail := '';
    sealed := limpet.sealed_ends(p_command, p_stream, p_total, p_view);
  end if;
end
$$;
