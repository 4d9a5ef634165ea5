-- The command `p_id` if this key may see it, else `not_found`. It takes no lock: who changes it locks its session first.
create or replace function limpet.find_command(p_key limpet.api_keys, p_id uuid) returns limpet.commands
  language plpgsql as $$
declare
  c limpet.commands;
begin
  select * into c from limpet.commands where id = p_id;
  if not found or not limpet.sees_owner(p_key, c.owner_id) then
    perform limpet.fail('not_found', 'There is no such command.', 'GET /v1/commands lists yours.');
  end if;
  return c;
end
$$;
