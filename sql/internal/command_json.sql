-- A command as CommandRow in sql/contract.ts, with at most `p_view` bytes of each end of its streams; null: as many as the setting view_bytes says.
create or replace function limpet.command_json(c limpet.commands, p_view integer default null) returns jsonb
  language plpgsql stable as $$
declare
  e limpet.command_ends;
begin
  if c.stdout_bytes > 0 or c.stderr_bytes > 0 then e := limpet.ends(c, coalesce(p_view, limpet.setting('view_bytes')::integer)); end if;
  return to_jsonb(limpet.command_row(c, (select s.name from limpet.sessions s where s.id = c.session_id),
    (select k.name from limpet.api_keys k where k.id = c.key_id),
    (select h.name from limpet.hosts h where h.incarnation = c.host_incarnation), e));
end
$$;
