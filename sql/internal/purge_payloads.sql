-- Drops the payloads of a session's events p_from to p_to, with their salts, and keeps their hashes, so that the chain still holds; the
-- event `payload.purged` says which, by whom and why. What says that something was purged is never purged. Returns how many.
-- Called by retention, redaction and the operator (sql/admin.ts). The only way to change an event.
create or replace function limpet.purge_payloads(p_session uuid, p_from bigint, p_to bigint, p_actor text, p_reason text) returns integer
  language plpgsql as $$
declare
  v_to bigint;
  v_count integer;
begin
  perform from limpet.sessions where id = p_session for no key update;
  select max(seq) into v_to from limpet.events where session_id = p_session and seq <= p_to;
  select count(*) into v_count from limpet.events
  where session_id = p_session and seq between p_from and v_to and payload is not null and kind <> 'payload.purged';
  -- It says no more than is so: what comes later is not purged by it.
  if v_count = 0 then return 0; end if;
  perform limpet.append_any_event(p_session, 'payload.purged', p_actor,
    jsonb_build_object('from', p_from, 'to', v_to, 'count', v_count, 'reason', p_reason));
  perform set_config('limpet.purging', p_session::text, true);
  update limpet.events set payload = null, salt = null
  where session_id = p_session and seq between p_from and v_to and payload is not null and kind <> 'payload.purged';
  perform set_config('limpet.purging', '', true);
  return v_count;
end
$$;
