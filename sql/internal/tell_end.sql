-- Tells the caller that waits on a channel of its own (`p_answer_to`) how its command ended, which spares it the question. What does not fit in a
-- notification it asks for. Called by finish_command.
create or replace function limpet.tell_end(p_command uuid, p_answer_to text) returns void
  language plpgsql as $$
declare
  v_answer text := (select limpet.command_json(c) from limpet.commands c where c.id = p_command);
begin
  if octet_length(v_answer) < 8000 then perform pg_notify(p_answer_to, v_answer); end if;
end
$$;
