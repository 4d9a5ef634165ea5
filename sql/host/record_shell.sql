-- A shell of the session is open: generation `p_generation`, with what of the state could not be restored; background jobs never are. `p_sandbox` is SessionSandbox in sql/contract.ts.
-- Repeating it is harmless.
-- Raises fenced.
create or replace function limpet_host.record_shell(p_incarnation uuid, p_session uuid, p_epoch integer, p_generation integer, p_problems jsonb, p_cwd text, p_sandbox jsonb) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
  v_problems jsonb := p_problems;
begin
  s := limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  if s.generation = p_generation then return; end if;
  if s.background_jobs > 0 then
    v_problems := v_problems || jsonb_build_array(format('%s of the shell before this one: processes are not part of a shell''s state.',
      case s.background_jobs when 1 then 'One background job is gone with the end' else s.background_jobs || ' background jobs are gone with the end' end));
  end if;
  update limpet.sessions
  set generation = p_generation, problems = v_problems, background_jobs = 0, shell_problem = null, cwd = p_cwd, sandbox = p_sandbox, opened_at = coalesce(opened_at, clock_timestamp()),
      audit_seq = s.audit_seq + 1,
      audit_hash = limpet.append_event(s.id, s.audit_seq + 1, s.audit_hash, 'shell.opened', 'host:' || p_incarnation,
        jsonb_build_object('generation', p_generation, 'problems', jsonb_array_length(v_problems), 'sandbox', p_sandbox->>'profile'))
  where id = s.id;
  -- The command that waited for this shell runs in it.
  update limpet.commands set generation = p_generation, started_cwd = p_cwd where id = s.running_command_id;
end
$$;
