-- Removes a session's events up to `p_seq`, which checkpoint `p_checkpoint` covers, and leaves the signed tombstone `p_note` and an event in the
-- chain of the system. Returns how many were removed. Repeating it is harmless. Raises not_covered. The only way to delete an event.
create or replace function limpet_host.remove_events(p_session uuid, p_seq bigint, p_hash bytea, p_checkpoint bigint, p_note text) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_count integer;
begin
  if exists (select from limpet.tombstones where session_id = p_session and seq >= p_seq) then return 0; end if;
  if not exists (
    select from limpet.events e join limpet.checkpoint_heads h on h.session_id = e.session_id and h.seq >= e.seq
      join limpet.checkpoints c on c.number >= h.number and c.note is not null
    where e.session_id = p_session and e.seq = p_seq and e.hash = p_hash and c.number = p_checkpoint) then
    perform limpet.fail('not_covered', format('Checkpoint %s does not cover event %s of session %s.', p_checkpoint, p_seq, p_session),
      'Ask which events may be removed once a later checkpoint is signed.');
  end if;
  insert into limpet.tombstones (session_id, seq, hash, checkpoint, note) values (p_session, p_seq, p_hash, p_checkpoint, p_note);
  delete from limpet.events where session_id = p_session and seq <= p_seq;
  get diagnostics v_count = row_count;
  perform limpet.append_system_event('events.removed', 'system', jsonb_build_object('session_id', p_session, 'seq', p_seq,
    'hash', encode(p_hash, 'hex'), 'checkpoint', p_checkpoint, 'count', v_count));
  return v_count;
end
$$;
