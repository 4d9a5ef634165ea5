-- Whether a session may go: closed before `p_before`, with nothing left in it, and nothing that is kept began there. Called by
-- find_removable_sessions, remove_session and retention_due.
create or replace function limpet.is_removable(s limpet.sessions, p_before timestamptz) returns boolean
  language sql stable as $$
  select s.closed_at < p_before and s.host_incarnation is null
    and not exists (select from limpet.commands c where c.session_id = s.id)
    and not exists (select from limpet.sessions f where f.forked_from = s.id)
    and not exists (select from limpet.replays r where r.source_session_id = s.id and r.session_id <> s.id)
$$;
