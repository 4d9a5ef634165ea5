-- Whether something that is kept refers to an ended command of `s`: an open session to the last one that left it a state, and to what came
-- after it, since the next shell begins there; a fork to the one after which it began; a replay to those that it ran again.
-- Called by remove_commands and retention_due.
create or replace function limpet.is_needed(c limpet.commands, s limpet.sessions) returns boolean
  language sql stable as $$
  select (s.closed_at is null and c.seq >= coalesce(
      (select x.seq from limpet.commands x where x.session_id = s.id and x.state_hash is not null order by x.seq desc limit 1), 0))
    or exists (select from limpet.sessions f where f.forked_from = s.id and f.forked_from_seq = c.seq)
    or exists (select from limpet.replay_items i where i.source_command_id = c.id)
    or exists (select from limpet.replay_items i where i.first_command_id = c.id)
$$;
