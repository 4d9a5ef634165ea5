-- Which first events of a session retention may remove, of those up to `p_until`: the last of them that the newest signed checkpoint covers,
-- as RemovableEvents in sql/audit.ts. Null where there are none. A host that holds a key then signs a tombstone and calls remove_events.
create or replace function limpet_host.find_removable_events(p_session uuid, p_until bigint) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_checkpoint bigint;
  e limpet.events;
begin
  select max(number) into v_checkpoint from limpet.checkpoints where note is not null;
  select x.* into e from limpet.events x
  where x.session_id = p_session and x.seq <= p_until and x.seq <= (
    select h.seq from limpet.checkpoint_heads h where h.session_id = p_session and h.number <= v_checkpoint order by h.number desc limit 1)
  order by x.seq desc limit 1;
  if not found then return null; end if;
  return jsonb_build_object('log', (select value from limpet.settings where name = 'audit.log'), 'session_id', e.session_id, 'seq', e.seq,
    'hash', encode(e.hash, 'hex'), 'checkpoint', v_checkpoint);
end
$$;
