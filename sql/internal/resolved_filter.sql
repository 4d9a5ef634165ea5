-- A filter of commands with the id of its session in place of a name. Called by list_commands and cancel_commands. Raises not_found.
create or replace function limpet.resolved_filter(p_key limpet.api_keys, p_filter jsonb) returns jsonb
  language plpgsql as $$
begin
  return case when p_filter ? 'session' then
    p_filter - 'session' || jsonb_build_object('session_id', limpet.find_session(p_key, p_filter->>'session')) else p_filter end;
end
$$;
