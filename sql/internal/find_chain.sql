-- The id of the chain that `p_session` means to this key: a session's (find_session), and to scope admin also that of a pseudo-session,
-- `system` or `readings`, or of a session whose events are all that is left. Raises not_found.
create or replace function limpet.find_chain(p_key limpet.api_keys, p_session text) returns uuid
  language plpgsql as $$
declare
  v_id uuid := case p_session when 'system' then '00000000-0000-0000-0000-000000000000'
    when 'readings' then '00000000-0000-0000-0000-000000000001' else limpet.parse_uuid(p_session) end;
begin
  if 'admin' = any (p_key.scopes) and exists (
    select from limpet.events where session_id = v_id union all select from limpet.heads where session_id = v_id) then
    return v_id;
  end if;
  return limpet.find_session(p_key, p_session);
end
$$;
