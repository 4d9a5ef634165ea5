-- The pieces that both ends of a stream are in, whole, as who has the key needs them: SealedEnds in sql/contract/sealedPlaces.ts.
-- Called by stored_ends.
create or replace function limpet.sealed_ends(p_command uuid, p_stream integer, p_total bigint, p_view integer) returns jsonb
  language sql stable as $$
  select jsonb_build_object('view', p_view, 'pieces', jsonb_agg(jsonb_build_object('start_offset', o.start_offset,
    'data', encode(o.data, 'base64'), 'seal', encode(o.seal, 'base64')) order by o.start_offset))
  from limpet.output o
  where o.command_id = p_command and o.stream = p_stream and o.start_offset < p_total
    -- A row holds at most 64 KiB (limits.outputChunkBytes), so none that reaches the tail starts before this.
    and (o.start_offset < p_view or o.start_offset > p_total - p_view - 65536)
    and (o.start_offset < p_view or o.start_offset + octet_length(o.data) > p_total - p_view)
$$;
