-- How this key's shell is (LockedShell in sql/edge.ts): GET /state and /output of the shelld surface, and what the others ask first.
-- Raises unauthorized, not_locked.
create or replace function limpet_edge.read_shell(p_credential bytea) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  s limpet.sessions;
begin
  select * into s from limpet.sessions where key_id = k.id and shelld and closed_at is null;
  if not found then perform limpet.fail('not_locked', 'The shell has not been locked.', 'POST /lock opens it.'); end if;
  return jsonb_build_object('session_id', s.id, 'taken', s.host_incarnation is not null, 'opened', s.opened_at is not null,
    'state', case
      when s.shell_problem is not null then 'unrecoverable'
      when s.running_command_id is not null or s.queued > 0 then 'executing'
      else 'locked' end,
    'last_command_id', (select c.id from limpet.commands c
      where c.session_id = s.id and c.state not in ('queued', 'running') order by c.seq desc limit 1));
end
$$;
