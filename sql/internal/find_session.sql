-- The id of the session that `p_session` (an id, or a name: the open one, else the latest that had it) means to this key.
-- Another owner's session is `not_found`, like one that never was.
create or replace function limpet.find_session(p_key limpet.api_keys, p_session text) returns uuid
  language plpgsql as $$
declare
  v_id uuid := limpet.parse_uuid(p_session);
begin
  if v_id is not null then
    select id into v_id from limpet.sessions s where s.id = v_id and limpet.sees_owner(p_key, s.owner_id);
  else
    select id into v_id from limpet.sessions s where s.owner_id = p_key.owner_id and s.name = p_session
    order by s.closed_at is not null, s.created_at desc limit 1;
  end if;
  if v_id is null then
    perform limpet.fail('not_found', 'There is no such session.', 'GET /v1/sessions lists yours.');
  end if;
  return v_id;
end
$$;
