-- The seq up to which all commands of a session whose row the caller has locked have ended; 0 where there are none.
create or replace function limpet.ended_until(s limpet.sessions) returns integer
  language sql stable as $$
  select coalesce((select min(c.seq) from limpet.commands c where c.session_id = s.id and c.state in ('queued', 'running')), s.next_seq) - 1
$$;
