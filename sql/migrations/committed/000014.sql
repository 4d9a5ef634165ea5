--! Previous: sha1:a5eca618d1d3337a9e886ecd438c00a10f61fb7e
--! Hash: sha1:22e2f93d0ca57626b7270727a0ef6a9a5b17cbbc

/*
 * What a key may use and run, each null where only the usual limits hold; and its secret before the last, which is taken until
 * `previous_until`, so that a secret can be changed without a moment in which its users are refused.
 */
alter table limpet.api_keys
  add column open_sessions_max integer check (open_sessions_max > 0),
  add column queued_commands_max integer check (queued_commands_max > 0),
  add column commands_per_minute_max integer check (commands_per_minute_max > 0),
  add column output_bytes_per_day_max bigint check (output_bytes_per_day_max > 0),
  add column timeout_ms_max bigint check (timeout_ms_max > 0),
  -- Executables by name or path (limpet.require_executables).
  add column executables_allowed text[] check (cardinality(executables_allowed) > 0),
  add column executables_denied text[] check (cardinality(executables_denied) > 0),
  add column previous_hash bytea unique check (octet_length(previous_hash) = 32),
  add column previous_until timestamptz,
  add column rotated_at timestamptz,
  add constraint api_keys_previous_check check ((previous_hash is null) = (previous_until is null));

-- What keys with a quota have used: a row of their own, so that counting touches no row that other calls read. It is locked after
-- the session's and the command's row.
create table limpet.key_use (
  key_id uuid primary key references limpet.api_keys on delete cascade,
  -- Commands a minute: each moves this on by its share of a minute, and it may be a minute ahead of now at most.
  paced_until timestamptz not null default '-infinity',
  -- Output of this day (UTC).
  day date not null default 'epoch',
  output_bytes bigint not null default 0
) with (fillfactor = 50);

-- What a key's commands wrote counts against its quota: known where it ends, without a look at the key.
alter table limpet.commands add column metered boolean not null default false;
create index commands_key_queued_idx on limpet.commands (key_id) where state = 'queued';

insert into limpet.settings (name, value) values ('limit.judged_bytes_max', '65536');

-- It says when to try again, too, now: with another signature it would stand beside the old one.
drop function if exists limpet.fail(text, text, text);
