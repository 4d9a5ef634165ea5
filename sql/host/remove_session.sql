-- Retention: removes a session that is no longer kept and of whose events nothing is left but a signed tombstone (remove_events), with the
-- replay that it was made for. False where it may not go: it is kept, something refers to it, or events are left. Repeating it is harmless.
-- Called by a host's retention task.
create or replace function limpet_host.remove_session(p_session uuid) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
begin
  perform from limpet.sessions where id = p_session for update skip locked;
  if not found then return false; end if;
  select * into s from limpet.sessions where id = p_session;
  if not coalesce(limpet.is_removable(s, limpet.kept_from()), false)
    or exists (select from limpet.events e where e.session_id = s.id) then
    return false;
  end if;
  delete from limpet.replays where session_id = s.id;
  delete from limpet.readings where session_id = s.id and seq is not null;
  delete from limpet.sessions where id = s.id;
  perform limpet.drop_states(array_remove(array[s.start_state_hash], null));
  return true;
end
$$;
