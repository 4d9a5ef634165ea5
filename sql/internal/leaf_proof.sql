-- The leaf at `p_index` of a signed checkpoint with its path to the root: within its tile, and on from that tile's root. Null where there
-- is none. Called by proof_line.
create or replace function limpet.leaf_proof(c limpet.checkpoints, p_index bigint) returns jsonb
  language plpgsql stable as $$
declare
  v_tile bigint := p_index / 1024;
  v_leaves bytea;
  v_path bytea;
  t record;
begin
  if p_index < 0 or p_index >= c.heads then return null; end if;
  select string_agg(limpet.leaf_hash(x.session_id, x.seq, x.hash), ''::bytea order by x.index) into v_leaves from limpet.tile_heads(c, v_tile) x;
  select x.* into t from limpet.tile_heads(c, v_tile) x where x.index = p_index;
  v_path := limpet.merkle_path(v_leaves, p_index % 1024) || limpet.merkle_path(c.tiles, v_tile);
  return jsonb_build_object('session_id', t.session_id, 'seq', t.seq, 'hash', encode(t.hash, 'hex'), 'index', p_index,
    'path', (select coalesce(jsonb_agg(encode(substr(v_path, (i * 32 + 1)::integer, 32), 'hex') order by i), '[]')
             from generate_series(0, octet_length(v_path) / 32 - 1) as i));
end
$$;
