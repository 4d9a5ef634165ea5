--! Previous: sha1:3b374757205e6ab4831b8b11db0f3b5dfd7cdbd0
--! Hash: sha1:47443c0f1ba1c6023c143a5c9ca3153e176160b4

-- What a row of the two busiest tables must be is said by one trigger each. As CHECKs, and as conditions of several triggers, all of it was
-- parsed and planned again in every statement, which was a sixth of what a command cost Postgres; a function's expressions are prepared once
-- a connection. Each trigger also does what the triggers before it did, so that a statement calls one.
alter table limpet.commands
  drop constraint commands_seq_check, drop constraint commands_timeout_ms_check, drop constraint commands_max_output_check,
  drop constraint commands_state_check, drop constraint commands_check, drop constraint commands_check1, drop constraint commands_check2,
  drop constraint commands_late_check;
drop trigger commands_state_guard on limpet.commands;
drop trigger commands_count_usage on limpet.commands;
drop trigger commands_count_usage_of_ended on limpet.commands;
drop function limpet.commands_state_guard();
drop function limpet.count_usage();

create function limpet.guard_command() returns trigger
  language plpgsql as $$
declare
  v_at timestamptz := new.finished_at;
begin
  -- What has ended stays as it ended, and what was started is never started again.
  if tg_op = 'UPDATE' and new.state <> old.state then
    if old.state not in ('queued', 'running') then
      raise exception 'command % is % and stays so', old.id, old.state using errcode = 'LP500';
    elsif old.state = 'running' and new.state = 'queued' then
      raise exception 'command % was started and is never queued again', old.id using errcode = 'LP500';
    end if;
  end if;
  if not (new.seq > 0 and new.timeout_ms > 0 and new.max_output >= 0
    and new.state in ('queued', 'running', 'exited', 'timed_out', 'killed', 'shell_exited', 'lost', 'cancelled', 'expired')
    and (new.state in ('queued', 'cancelled', 'expired')) = (new.attempt is null)
    and (new.state in ('queued', 'running')) = (new.finished_at is null)
    and (new.exit_code is null or new.state not in ('queued', 'running', 'lost', 'cancelled', 'expired'))
    and 0 <= new.late_dropped_bytes and new.late_dropped_bytes <= new.late_bytes) then
    raise exception 'no command is like this: %', to_jsonb(new) - 'command' - 'stdin' - 'environment' using errcode = 'check_violation';
  end if;
  -- Usage is counted as it comes about (000021).
  if new.finished_at is not null and new.started_at is not null then
    if tg_op = 'INSERT' or old.finished_at is null then
      perform limpet.add_usage(new, 1, v_at);
    elsif (old.finished_at, old.started_at, old.created_at, old.late_bytes)
      is distinct from (new.finished_at, new.started_at, new.created_at, new.late_bytes) then
      if old.finished_at = new.finished_at then v_at := clock_timestamp(); end if;
      perform limpet.add_usage(old, -1, v_at);
      perform limpet.add_usage(new, 1, v_at);
    end if;
  end if;
  return new;
end
$$;
create trigger commands_guard before insert or update on limpet.commands for each row execute function limpet.guard_command();

alter table limpet.sessions
  drop constraint sessions_name_check, drop constraint sessions_pool_check, drop constraint sessions_cols_check,
  drop constraint sessions_rows_check, drop constraint sessions_idle_timeout_ms_check, drop constraint sessions_queued_check,
  drop constraint sessions_check, drop constraint sessions_fork_check, drop constraint sessions_background_jobs_check;
drop trigger sessions_drop_secrets on limpet.sessions;
drop trigger sessions_tell_watchers on limpet.sessions;
drop function limpet.drop_secrets();
drop function limpet.tell_watchers();

create function limpet.guard_session() returns trigger
  language plpgsql as $$
begin
  if not (length(new.name) between 1 and 128 and length(new.pool) between 1 and 128 and new.cols between 1 and 1000
    and new.rows between 1 and 1000 and new.idle_timeout_ms > 0 and new.queued >= 0 and new.background_jobs >= 0
    and (new.running_command_id is null or new.host_incarnation is not null)
    and (new.forked_from is null) = (new.forked_audit_hash is null)) then
    raise exception 'no session is like this: %', to_jsonb(new) - 'environment' - 'secrets' using errcode = 'check_violation';
  end if;
  -- Secrets go when the session is closed, whoever closes it.
  if new.closed_at is not null then new.secrets := null; end if;
  -- Who watches is told of every change (000019).
  if tg_op = 'UPDATE' and new.watched_until > now() and new.watched_until is not distinct from old.watched_until then
    perform pg_notify('limpet_changed', new.id::text);
  end if;
  return new;
end
$$;
create trigger sessions_guard before insert or update on limpet.sessions for each row execute function limpet.guard_session();

-- What the functions' files no longer have, or have in another shape.
drop function if exists limpet.store_state(bytea, bytea, bytea);
drop function if exists limpet.submitted_json(limpet.commands);
