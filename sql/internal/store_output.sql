-- Appends pieces to the output of a running command whose row the caller has locked, compare-and-set on the offset: a piece that is stored
-- already is passed over, one that leaves a gap raises `output_gap`. `p_skips`: bytes that were dropped right before each piece (beyond
-- max_output), so the hole is explicit. The pieces lie in `p_data`, at `p_starts` or, without these, one behind the other. `p_seals`: of each piece,
-- where they are sealed. Returns the command with its new totals.
create or replace function limpet.store_output(c limpet.commands, p_streams integer[], p_offsets bigint[], p_skips bigint[], p_data bytea, p_starts integer[], p_lengths integer[], p_seals bytea[] default null) returns limpet.commands
  language plpgsql as $$
declare
  v_stored bigint;
  v_start integer := 1;
begin
  for i in 1 .. coalesce(cardinality(p_streams), 0) loop
    v_start := coalesce(p_starts[i], case when i = 1 then 1 else v_start + p_lengths[i - 1] end);
    v_stored := case p_streams[i] when 1 then c.stdout_bytes else c.stderr_bytes end;
    continue when p_offsets[i] + p_lengths[i] <= v_stored;
    if p_offsets[i] - p_skips[i] <> v_stored then
      perform limpet.fail('output_gap', format('Output of command %s is stored to %s, this piece starts at %s.', c.id, v_stored, p_offsets[i]),
        'Send again from there.');
    end if;
    if p_lengths[i] > 0 then
      insert into limpet.output (command_id, stream, start_offset, data, position, seal)
      values (c.id, p_streams[i], p_offsets[i], substr(p_data, v_start, p_lengths[i]), c.stdout_bytes + c.stderr_bytes, p_seals[i]);
    end if;
    v_stored := p_offsets[i] + p_lengths[i];
    if p_streams[i] = 1 then c.stdout_bytes := v_stored; else c.stderr_bytes := v_stored; end if;
    c.dropped_bytes := c.dropped_bytes + p_skips[i];
    c.last_output_at := clock_timestamp();
  end loop;
  return c;
end
$$;
