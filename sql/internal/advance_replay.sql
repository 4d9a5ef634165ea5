-- A command of a replay's session has ended: its result is kept beside the original's and compared, and the next is submitted, or the replay
-- ends. The caller holds the session's row lock and reads the session again. Called by finish_command, lose_command and end_queued, in the
-- transaction in which the command ends: nothing that dies between can leave a replay half advanced. Raises nothing.
create or replace function limpet.advance_replay(p_session uuid, p_command uuid) returns void
  language plpgsql as $$
declare
  r limpet.replays;
  c limpet.commands;
  i limpet.replay_items;
  v_reason text;
begin
  select * into r from limpet.replays where session_id = p_session for no key update;
  select * into c from limpet.commands where id = p_command;
  update limpet.replay_items x
  set state = c.state, exit_code = c.exit_code, stdout_sha256 = c.stdout_sha256, stderr_sha256 = c.stderr_sha256,
      same = case when 'lost' in (x.original_state, c.state) then null else
        (x.original_state, x.original_exit_code, x.original_stdout_bytes, x.original_stderr_bytes, x.original_stdout_sha256, x.original_stderr_sha256)
        is not distinct from (c.state, c.exit_code, c.stdout_bytes, c.stderr_bytes, c.stdout_sha256, c.stderr_sha256) end
  where x.replay_id = r.id and x.command_id = c.id returning * into i;
  if not found or r.state <> 'running' then return; end if;
  v_reason := case
    when c.state in ('cancelled', 'expired') then format('Command %s was %s.', i.seq, c.state)
    when not r.stop_on_difference then null
    when c.state = 'lost' then format('Command %s was lost.', i.seq)
    when not i.same then format('Command %s gave another result.', i.seq) end;
  if v_reason is null then v_reason := limpet.submit_replay_item(r, c.id); end if;
  if v_reason is not null then perform limpet.end_replay(r, nullif(v_reason, '')); end if;
end
$$;
