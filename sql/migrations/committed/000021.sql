--! Previous: sha1:100b599edd906fe778f17a7b0dda7f9beb8972f2
--! Hash: sha1:902296b42aaab4443fb09c1d1d5f012ebcc48f9b

-- Usage is counted as it comes about: each end of a command, and what a background job writes after it, adds a row to usage_changes, in the
-- transaction that it tells of; hosts fold these rows into usage_days, behind the work (limpet_host.fold_usage). Both together are what was used,
-- so no command is ever counted twice or not at all, and nobody who ends one waits for another. Removing commands changes nothing.
-- `changed_at`: when the last command of it ended.
lock table limpet.commands in share row exclusive mode;
drop trigger commands_keep_usage on limpet.commands;
drop function limpet.keep_usage();
alter table limpet.usage_days add column changed_at timestamptz not null default '-infinity';
alter table limpet.usage_days alter column changed_at drop default;

create table limpet.usage_changes (
  key_id uuid not null,
  owner_id uuid not null,
  day date not null,
  commands bigint not null,
  failed bigint not null,
  run_ms bigint not null,
  queued_ms bigint not null,
  output_bytes bigint not null,
  changed_at timestamptz not null
);

insert into limpet.usage_days as u (key_id, day, owner_id, commands, failed, run_ms, queued_ms, output_bytes, changed_at)
select c.key_id, (c.created_at at time zone 'UTC')::date, c.owner_id, count(*), count(*) filter (where c.state <> 'exited' or c.exit_code <> 0),
  sum(floor(extract(epoch from greatest(c.finished_at - c.started_at, '0')) * 1000)),
  sum(floor(extract(epoch from greatest(c.started_at - c.created_at, '0')) * 1000)),
  sum(c.stdout_bytes + c.stderr_bytes + c.late_bytes), max(c.finished_at)
from limpet.commands c where c.started_at is not null and c.finished_at is not null
group by 1, 2, 3
on conflict (key_id, day) do update set commands = u.commands + excluded.commands, failed = u.failed + excluded.failed,
  run_ms = u.run_ms + excluded.run_ms, queued_ms = u.queued_ms + excluded.queued_ms, output_bytes = u.output_bytes + excluded.output_bytes,
  changed_at = excluded.changed_at;

create function limpet.count_usage() returns trigger
  language plpgsql as $$
declare
  v_at timestamptz := new.finished_at;
begin
  if tg_op = 'UPDATE' and old.finished_at is not null then
    if old.finished_at = new.finished_at then v_at := clock_timestamp(); end if;
    perform limpet.add_usage(old, -1, v_at);
  end if;
  perform limpet.add_usage(new, 1, v_at);
  return null;
end
$$;
create trigger commands_count_usage after update on limpet.commands
  for each row when (new.finished_at is not null and new.started_at is not null and
    (old.finished_at, old.started_at, old.created_at, old.late_bytes)
    is distinct from (new.finished_at, new.started_at, new.created_at, new.late_bytes))
  execute function limpet.count_usage();
create trigger commands_count_usage_of_ended after insert on limpet.commands
  for each row when (new.finished_at is not null and new.started_at is not null) execute function limpet.count_usage();
