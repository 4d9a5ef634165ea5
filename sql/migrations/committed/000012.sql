--! Previous: sha1:76dbde8f946421e579c939222daebfea508da346
--! Hash: sha1:83773f2f8aa0329e5498d55960eebbe65cdf9ff8

-- The usage of commands that retention has removed, added up by key and day (UTC) in the transaction that removes them: what was used stays
-- told. The usage of commands that are there is computed from them (limpet_edge.read_usage).
create table limpet.usage_days (
  key_id uuid not null references limpet.api_keys,
  day date not null,
  owner_id uuid not null references limpet.owners,
  commands bigint not null,
  failed bigint not null,
  run_ms bigint not null,
  queued_ms bigint not null,
  output_bytes bigint not null,
  primary key (key_id, day)
);

create function limpet.keep_usage() returns trigger
  language plpgsql as $$
begin
  insert into limpet.usage_days as u (key_id, day, owner_id, commands, failed, run_ms, queued_ms, output_bytes)
  select r.key_id, r.day, r.owner_id, sum(r.commands), sum(r.failed), sum(r.run_ms), sum(r.queued_ms), sum(r.output_bytes)
  from removed c cross join lateral limpet.command_usage(c) r
  where c.started_at is not null and c.finished_at is not null
  group by r.key_id, r.day, r.owner_id
  on conflict (key_id, day) do update set commands = u.commands + excluded.commands, failed = u.failed + excluded.failed,
    run_ms = u.run_ms + excluded.run_ms, queued_ms = u.queued_ms + excluded.queued_ms, output_bytes = u.output_bytes + excluded.output_bytes;
  return null;
end
$$;
create trigger commands_keep_usage after delete on limpet.commands
  referencing old table as removed for each statement execute function limpet.keep_usage();
