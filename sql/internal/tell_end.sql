-- Tells the caller that waits on a channel of its own (`p_answer_to`) how its command ended, which spares it the question. What does not fit in a
-- notification it asks for. Called by finish_command.
create or replace function limpet.tell_end(p_command uuid, p_answer_to text) returns void
  language plpgsql as $$
declare
  v_answer text;
begin
  select to_json(limpet.command_row(c, s.name, k.name, h.name, x.ends))::text into v_answer
  from limpet.commands c
  join limpet.sessions s on s.id = c.session_id join limpet.api_keys k on k.id = c.key_id left join limpet.hosts h on h.incarnation = c.host_incarnation
  cross join lateral (
    select case when c.stdout_bytes > 0 or c.stderr_bytes > 0 then limpet.ends(c, limpet.setting('view_bytes')::integer) end as ends offset 0) x
  where c.id = p_command;
  if octet_length(v_answer) < 8000 then perform pg_notify(p_answer_to, v_answer); end if;
end
$$;
