-- The next leaves of a checkpoint that waits to be signed, sorted by session, after session `p_after`: at most 1024, one tile of the tree.
-- `first` and `last` are the sessions it begins and ends with; null behind the last tile.
create or replace function limpet_host.read_checkpoint_tile(p_number bigint, p_after uuid default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_leaves bytea;
  v_sessions uuid[];
begin
  if not exists (select from limpet.checkpoints where number = p_number and note is null) then
    perform limpet.fail('fenced', format('Checkpoint %s is signed.', p_number), 'Begin the next one.');
  end if;
  select string_agg(limpet.leaf_hash(h.session_id, h.seq, h.hash), ''::bytea order by h.session_id), array_agg(h.session_id order by h.session_id)
  into v_leaves, v_sessions
  from (select * from limpet.heads where p_after is null or session_id > p_after order by session_id limit 1024) h;
  if v_leaves is null then return null; end if;
  return jsonb_build_object('first', v_sessions[1], 'last', v_sessions[cardinality(v_sessions)], 'leaves', encode(v_leaves, 'base64'));
end
$$;
