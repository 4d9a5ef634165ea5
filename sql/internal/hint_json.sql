-- What a job or a notification says of queued work (SessionHint in sql/contract/hints.ts). Called by hint and submit_commands.
create or replace function limpet.hint_json(p_session uuid, p_key text, p_control boolean default false) returns json
  language sql stable parallel safe as $$
  select json_build_object('session_id', p_session, 'control', p_control, 'key', p_key)
$$;
