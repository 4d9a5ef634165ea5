-- The state of a session as its readers see it; drawn at the top of sql/migrations/committed/000001.sql.
create or replace function limpet.session_state(s limpet.sessions) returns text
  language sql immutable parallel safe as $$
  select case
    when s.closed_at is not null then 'closed'
    when s.opened_at is null then 'opening'
    when s.host_incarnation is null then 'detached'
    when s.running_command_id is not null then 'busy'
    else 'ready' end
$$;
