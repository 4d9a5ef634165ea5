-- The siblings on the way from the leaf at `p_index` (from 0) up to the root of RFC 6962's tree over these nodes of 32 bytes each, the lowest
-- first. Called by leaf_proof.
create or replace function limpet.merkle_path(p_nodes bytea, p_index bigint) returns bytea
  language plpgsql immutable as $$
declare
  v_level bytea := p_nodes;
  v_size bigint := octet_length(p_nodes) / 32;
  v_index bigint := p_index;
  v_path bytea := '';
begin
  while v_size > 1 loop
    if (v_index # 1) < v_size then
      v_path := v_path || substr(v_level, ((v_index # 1) * 32 + 1)::integer, 32);
    end if;
    -- The last node of a level with an odd number of them goes up as it is.
    select string_agg(case when 2 * i + 1 < v_size then sha256('\x01'::bytea || substr(v_level, (i * 64 + 1)::integer, 64))
                           else substr(v_level, (i * 64 + 1)::integer, 32) end, ''::bytea order by i)
    into v_level from generate_series(0, (v_size - 1) / 2) as i;
    v_index := v_index / 2;
    v_size := (v_size + 1) / 2;
  end loop;
  return v_path;
end
$$;
