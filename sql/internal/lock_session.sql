-- The session that `p_session` (an id or a name, as find_session) means to this key, its row locked for whoever will change it. Raises not_found.
create or replace function limpet.lock_session(p_key limpet.api_keys, p_session text) returns limpet.sessions
  language plpgsql as $$
declare
  v_id uuid := limpet.parse_uuid(p_session);
  s limpet.sessions;
begin
  if v_id is not null then
    select * into s from limpet.sessions x where x.id = v_id and limpet.sees_owner(p_key, x.owner_id) for no key update;
  end if;
  if s.id is null then
    v_id := limpet.find_session(p_key, p_session);
    select * into s from limpet.sessions where id = v_id for no key update;
  end if;
  return s;
end
$$;
