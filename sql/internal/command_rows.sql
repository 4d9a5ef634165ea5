-- Several commands, each as command_json has it, in no order. Called where several are told at once.
create or replace function limpet.command_rows(p_commands limpet.commands[]) returns setof limpet.command_row
  language sql stable as $$
  select (limpet.command_row(c, s.name, k.name, h.name, x.ends)).*
  from unnest(p_commands) c
  join limpet.sessions s on s.id = c.session_id join limpet.api_keys k on k.id = c.key_id left join limpet.hosts h on h.incarnation = c.host_incarnation
  cross join lateral (
    select case when c.stdout_bytes > 0 or c.stderr_bytes > 0 then limpet.ends(c, limpet.setting('view_bytes')::integer) end as ends offset 0) x
$$;
