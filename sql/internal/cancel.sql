-- Has a command that has not ended not run, or its host end it with its whole tree. Locks its session. Returns whether it was done now: not
-- where it has ended or is being ended. Called by cancel_command and cancel_commands.
create or replace function limpet.cancel(p_key limpet.api_keys, p_session uuid, p_id uuid) returns boolean
  language plpgsql as $$
declare
  s limpet.sessions;
  c limpet.commands;
begin
  select * into s from limpet.sessions where id = p_session for no key update;
  select * into c from limpet.commands where id = p_id;
  if c.state = 'queued' then
    perform limpet.end_queued(c, 'cancelled', 'key:' || p_key.id);
    return true;
  elsif c.state = 'running' and not exists (select from limpet.controls where command_id = c.id and kind = 'end') then
    perform limpet.add_control(s, c.id, 'end');
    perform limpet.append_session_event(s.id, 'command.cancel_requested', 'key:' || p_key.id, jsonb_build_object('command_id', c.id));
    return true;
  end if;
  return false;
end
$$;
