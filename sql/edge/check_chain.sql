-- The shield on the page of the record (Shield in sql/contract/pages.ts): whether the chain of a session, or of `system` or `readings`, is whole as
-- the database has it, and how much of it the newest signed checkpoint covers. Of a long one the last `p_limit` events are walked. What
-- somebody who may write the database could have done, `limpet audit verify` shows. Raises unauthorized, not_found.
create or replace function limpet_edge.check_chain(p_credential bytea, p_session text, p_limit integer default 2000) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_id uuid := limpet.find_chain(k, p_session);
  v_head record := limpet.chain_head(v_id);
  v_removed bigint := coalesce((select max(t.seq) from limpet.tombstones t where t.session_id = v_id), 0);
  v_from bigint := greatest(v_removed, coalesce(v_head.seq, 0) - p_limit) + 1;
  v_before bytea;
  v_last limpet.events;
  v_broken bigint;
  h record;
begin
  v_before := case when v_from = 1 then v_head.genesis else coalesce(
    (select e.hash from limpet.events e where e.session_id = v_id and e.seq = v_from - 1),
    (select t.hash from limpet.tombstones t where t.session_id = v_id and t.seq = v_from - 1)) end;
  v_broken := limpet.first_fault(v_id, v_from, v_before);
  select * into v_last from limpet.events e where e.session_id = v_id order by e.seq desc limit 1;
  if v_broken is null and coalesce(v_last.seq, v_removed) <> coalesce(v_head.seq, 0) then
    v_broken := coalesce(v_last.seq, v_removed) + 1;
  elsif v_broken is null and v_last.seq is not null and v_last.hash is distinct from v_head.hash then
    v_broken := v_last.seq;
  end if;
  select x.seq, x.hash, c.number, c.signed_by, c.taken_at_us into h
  from limpet.checkpoint_heads x join limpet.checkpoints c on c.number = x.number and c.note is not null
  where x.session_id = v_id order by x.number desc limit 1;
  if v_broken is null and h.seq > v_removed and not exists (
    select from limpet.events e where e.session_id = v_id and e.seq = h.seq and e.hash = h.hash) then
    v_broken := h.seq;
  end if;
  return jsonb_build_object('session_id', v_id, 'events', coalesce(v_head.seq, 0), 'checked_from', v_from, 'removed', v_removed,
    'broken_at', v_broken, 'covered', coalesce(h.seq, 0), 'checkpoint', h.number, 'signed_by', h.signed_by,
    'signed_at', limpet.rfc3339(timestamptz 'epoch' + h.taken_at_us * interval '1 microsecond'));
end
$$;
