-- Tells of commands that have ended: those who wait which they are, and each caller that waits on a channel of its own (`p_answers_to`, by
-- place; null: none) how it ended, which spares it the question. What does not fit in a notification is asked for. Called by finish_commands.
create or replace function limpet.tell_ends(p_commands limpet.commands[], p_answers_to text[]) returns void
  language plpgsql as $$
begin
  if array_remove(p_answers_to, null) <> '{}' then
    perform pg_notify(p_answers_to[t.n], t.answer)
    from (
      select array_position(array(select c.id from unnest(p_commands) c), r.id) as n, to_json(r)::text as answer
      from limpet.command_rows(p_commands) r offset 0) t
    where p_answers_to[t.n] is not null and octet_length(t.answer) < 8000;
  end if;
  perform pg_notify('limpet_ended', c.id::text) from unnest(p_commands) c;
end
$$;
