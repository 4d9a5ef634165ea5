-- The heads of one tile (from 0) of a signed checkpoint, sorted by session, as they were then; `index` counts from the tree's first leaf.
-- Called by leaf_place and leaf_proof.
create or replace function limpet.tile_heads(c limpet.checkpoints, p_tile bigint)
  returns table (index bigint, session_id uuid, seq bigint, hash bytea)
  language sql stable as $$
  select p_tile * 1024 + row_number() over (order by t.session_id) - 1, t.session_id, t.seq, t.hash
  from (
    select n.session_id, h.seq, h.hash
    from limpet.heads n cross join lateral (
      select x.seq, x.hash from limpet.checkpoint_heads x
      where x.session_id = n.session_id and x.number <= c.number order by x.number desc limit 1) h
    where n.session_id >= c.tile_firsts[p_tile + 1]
      and (p_tile + 1 = cardinality(c.tile_firsts) or n.session_id < c.tile_firsts[p_tile + 2])
    -- Behind the last tile only sessions follow that were not there yet.
    order by n.session_id limit least(1024, c.heads - p_tile * 1024)
  ) t
$$;
