-- Where a session's head is among the leaves of a signed checkpoint, or would be if it were one. Called by proof_line.
create or replace function limpet.leaf_place(c limpet.checkpoints, p_session uuid, out index bigint, out is_there boolean)
  language plpgsql stable as $$
declare
  v_tile bigint;
begin
  select count(*) - 1 into v_tile from unnest(c.tile_firsts) as f (first) where f.first <= p_session;
  if v_tile < 0 then
    index := 0; is_there := false;
  else
    select v_tile * 1024 + count(*) filter (where t.session_id < p_session), coalesce(bool_or(t.session_id = p_session), false)
    into index, is_there from limpet.tile_heads(c, v_tile) t;
  end if;
end
$$;
