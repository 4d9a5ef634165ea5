-- Of a command that has just been claimed, `max_output` becomes what its key's commands may still write today, where that is less: then the
-- quota holds within one command, too. Called by claim_next.
create or replace function limpet.limit_output(c limpet.commands) returns limpet.commands
  language plpgsql as $$
declare
  v_room bigint;
begin
  select limpet.output_room(k, limpet.lock_key_use(k.id)) into v_room from limpet.api_keys k where k.id = c.key_id;
  if v_room < c.max_output then
    update limpet.commands set max_output = v_room where id = c.id returning * into c;
  end if;
  return c;
end
$$;
