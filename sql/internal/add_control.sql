-- Leaves a control for the host that owns the session and hints it. The caller holds the session's row lock.
create or replace function limpet.add_control(
  s limpet.sessions, p_command uuid, p_kind text, p_signal text default null, p_data bytea default null, p_seal bytea default null
) returns void
  language plpgsql as $$
declare
  v_id bigint;
begin
  insert into limpet.controls (session_id, command_id, kind, signal, data, seal) values (s.id, p_command, p_kind, p_signal, p_data, p_seal)
  returning id into v_id;
  perform limpet.hint(s.id, s.pool, s.host_incarnation, 'control:' || v_id, true);
end
$$;
