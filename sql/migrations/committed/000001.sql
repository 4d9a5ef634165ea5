--! Previous: -
--! Hash: sha1:cdf7855afe9194cc40a959e55523de80424ce774

/*
 * limpet's tables, private: the edge and the host execute the functions of the schemas limpet_edge and limpet_host
 * (sql/edge, sql/host) and touch no table.
 *
 * A command's states. Final ones are never left (trigger commands_state_guard), and `running` never returns to `queued`:
 * a command starts at most once.
 *
 *                 claim_command             finish_command
 *      queued ───────────────────► running ─┬──────────────► exited        the shell is back at its prompt
 *        │                                  ├──────────────► timed_out     its `timeout` ended it
 *        │ cancel_command, close_session    ├──────────────► killed        a caller ended it
 *        ├──────────────► cancelled         ├──────────────► shell_exited  it ended its shell
 *        │ expire                           │ bury
 *        └──────────────► expired           └──────────────► lost          no longer observed; it may have run on
 *
 * A session's states, derived by limpet.session_state.
 *
 *                    adopt, opened          claim
 *      opening ─────────────────► ready ◄─────────► busy
 *                                   │ ▲     finish    │
 *          idle, drain, host's death│ │ adopt         │ host's death
 *                                   ▼ │               │
 *                                 detached ◄──────────┘        any of them ── close_session ──► closed
 *
 * A host's states: live ──drain──► draining ──► dead; live ──reap──► dead. Dead is for ever: a new start is a new incarnation.
 *
 * Locks are taken in this order: session (for no key update), command, host, audit head, job. Times that decide
 * anything are clock_timestamp(): now() is older than the wait for a lock.
 */

do $$
begin
  -- Roles belong to the cluster: another database of it may have made them, at this very moment.
  begin create role limpet_edge nologin; exception when duplicate_object or unique_violation then null; end;
  begin create role limpet_host nologin; exception when duplicate_object or unique_violation then null; end;
  -- The owner of the tables enqueues jobs in the schema that limpet_host owns, and `set role` needs membership.
  begin
    if not pg_has_role(current_user, 'limpet_host', 'usage') then execute format('grant limpet_host to %I', current_user); end if;
    if not pg_has_role(current_user, 'limpet_edge', 'usage') then execute format('grant limpet_edge to %I', current_user); end if;
  exception when unique_violation then null; end;
  -- graphile-worker's first migration says "create schema if not exists", which asks for this even where it exists.
  -- sql/grants.sql, which runs after it, takes it back.
  execute format('grant create on database %I to limpet_host', current_database());
end
$$;

create schema limpet;
create schema limpet_edge;
create schema limpet_host;
create schema graphile_worker authorization limpet_host;
revoke all on schema limpet, limpet_edge, limpet_host from public;

create table limpet.settings (
  name text primary key,
  value text not null
);

create table limpet.owners (
  id uuid primary key default gen_random_uuid(),
  name text not null unique check (length(name) between 1 and 128),
  created_at timestamptz not null default clock_timestamp()
);

-- `hash` is SHA-256 of the whole key; the key itself is never stored.
create table limpet.api_keys (
  id uuid primary key,
  owner_id uuid not null references limpet.owners,
  name text not null check (length(name) between 1 and 128),
  hash bytea not null unique check (octet_length(hash) = 32),
  scopes text[] not null check (scopes <@ array['read', 'execute', 'admin'] and cardinality(scopes) > 0),
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz
);

-- A browser's cookie, by SHA-256 of its token.
create table limpet.logins (
  hash bytea primary key check (octet_length(hash) = 32),
  key_id uuid not null references limpet.api_keys on delete cascade,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null
);

-- A link that logs one browser in, once.
create table limpet.login_links (
  hash bytea primary key check (octet_length(hash) = 32),
  key_id uuid not null references limpet.api_keys on delete cascade,
  expires_at timestamptz not null,
  used_at timestamptz
);

-- Each start of a host is an incarnation; only its own writes are accepted for what it owns.
create table limpet.hosts (
  incarnation uuid primary key,
  name text not null check (length(name) between 1 and 128),
  pool text not null check (length(pool) between 1 and 128),
  state text not null default 'live' check (state in ('live', 'draining', 'dead')),
  capacity integer not null check (capacity > 0),
  sessions integer not null default 0 check (sessions >= 0),
  version text not null,
  lease_until timestamptz not null,
  alive_since timestamptz not null,
  beat_at timestamptz not null,
  registered_at timestamptz not null default clock_timestamp(),
  died_at timestamptz,
  death_confirmed_at timestamptz
) with (fillfactor = 50);
create unique index hosts_name_key on limpet.hosts (name) where state <> 'dead';
create index hosts_state_idx on limpet.hosts (state);

-- Content-addressed: an unchanged state costs no row.
create table limpet.shell_states (
  hash bytea primary key check (octet_length(hash) = 32),
  content bytea not null,
  created_at timestamptz not null default clock_timestamp()
);

-- Half of each page is kept free: a session's row is updated several times a command, in place.
create table limpet.sessions (
  id uuid primary key,
  owner_id uuid not null references limpet.owners,
  key_id uuid not null references limpet.api_keys,
  name text check (length(name) between 1 and 128),
  pool text not null check (length(pool) between 1 and 128),
  tty boolean not null default false,
  merge_output boolean not null default false,
  ephemeral boolean not null default false,
  cols integer not null check (cols between 1 and 1000),
  rows integer not null check (rows between 1 and 1000),
  idle_timeout_ms bigint not null check (idle_timeout_ms > 0),
  labels jsonb not null default '{}',
  environment jsonb not null default '{}',
  initial_cwd text,
  idempotency_key text,
  body_hash bytea,
  forked_from uuid references limpet.sessions,
  forked_from_seq integer,
  host_incarnation uuid references limpet.hosts,
  epoch integer not null default 0,
  generation integer not null default 0,
  next_seq integer not null default 1,
  queued integer not null default 0 check (queued >= 0),
  running_command_id uuid,
  hint_at timestamptz,
  cwd text,
  state_hash bytea references limpet.shell_states,
  problems jsonb not null default '[]',
  audit_seq bigint not null default 0,
  audit_hash bytea,
  created_at timestamptz not null default clock_timestamp(),
  opened_at timestamptz,
  last_active_at timestamptz not null default clock_timestamp(),
  closed_at timestamptz,
  check (running_command_id is null or host_incarnation is not null)
) with (fillfactor = 50);
create unique index sessions_name_key on limpet.sessions (owner_id, name) where closed_at is null and name is not null;
create unique index sessions_idempotency_key on limpet.sessions (owner_id, idempotency_key) where idempotency_key is not null;
create index sessions_owner_idx on limpet.sessions (owner_id, created_at desc, id desc);
create index sessions_created_idx on limpet.sessions (created_at desc, id desc);
create index sessions_key_open_idx on limpet.sessions (key_id) where closed_at is null;
create index sessions_host_idx on limpet.sessions (host_incarnation) where host_incarnation is not null;
create index sessions_opening_idx on limpet.sessions (created_at) where opened_at is null and closed_at is null;
create index sessions_forked_idx on limpet.sessions (forked_from) where forked_from is not null;

create table limpet.commands (
  id uuid primary key,
  session_id uuid not null references limpet.sessions,
  seq integer not null check (seq > 0),
  owner_id uuid not null references limpet.owners,
  key_id uuid not null references limpet.api_keys,
  command text not null,
  environment jsonb,
  requested_cwd text,
  stdin bytea,
  interactive boolean not null default false,
  -- Of an interactive command: how much input callers have sent, and whether that was the last of it.
  stdin_bytes bigint not null default 0,
  stdin_ended boolean not null default false,
  timeout_ms bigint check (timeout_ms > 0),
  max_output bigint not null check (max_output >= 0),
  idempotency_key text,
  body_hash bytea,
  state text not null default 'queued' check (state in
    ('queued', 'running', 'exited', 'timed_out', 'killed', 'shell_exited', 'lost', 'cancelled', 'expired')),
  attempt uuid,
  epoch integer,
  host_incarnation uuid references limpet.hosts,
  generation integer,
  exit_code integer,
  signal text,
  cwd text,
  problem text,
  state_hash bytea references limpet.shell_states,
  stdout_bytes bigint not null default 0,
  stderr_bytes bigint not null default 0,
  dropped_bytes bigint not null default 0,
  stdout_sha256 bytea,
  stderr_sha256 bytea,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  finished_at timestamptz,
  last_output_at timestamptz,
  unique (session_id, seq),
  check ((state in ('queued', 'cancelled', 'expired')) = (attempt is null)),
  check ((state in ('queued', 'running')) = (finished_at is null)),
  check (exit_code is null or state not in ('queued', 'running', 'lost', 'cancelled', 'expired'))
) with (fillfactor = 70);
create unique index commands_idempotency_key on limpet.commands (session_id, idempotency_key) where idempotency_key is not null;
create unique index commands_running_key on limpet.commands (session_id) where state = 'running';
create unique index commands_attempt_key on limpet.commands (attempt) where attempt is not null;
create index commands_queued_idx on limpet.commands (session_id, seq) where state = 'queued';
create index commands_pending_idx on limpet.commands (created_at) where state in ('queued', 'running');
create index commands_owner_idx on limpet.commands (owner_id, created_at desc, id desc);
create index commands_created_idx on limpet.commands (created_at desc, id desc);
create index commands_state_hash_idx on limpet.commands (state_hash) where state_hash is not null;

create function limpet.commands_state_guard() returns trigger
  language plpgsql as $$
begin
  if old.state not in ('queued', 'running') then
    raise exception 'command % is % and stays so', old.id, old.state using errcode = 'LP500';
  elsif old.state = 'running' and new.state = 'queued' then
    raise exception 'command % was started and is never queued again', old.id using errcode = 'LP500';
  end if;
  return new;
end
$$;
create trigger commands_state_guard before update of state on limpet.commands
  for each row when (old.state is distinct from new.state) execute function limpet.commands_state_guard();

-- stream: 1 stdout, 2 stderr. Offsets are those of the original stream: where a row is missing, bytes were dropped.
-- Output is mostly read once and written fast: it is not compressed (two to three times faster, for 2.8 times the disk).
create table limpet.output (
  command_id uuid not null references limpet.commands on delete cascade,
  stream smallint not null check (stream in (1, 2)),
  start_offset bigint not null check (start_offset >= 0),
  data bytea not null check (octet_length(data) > 0),
  -- How many bytes of both streams came before: the order between them, as it was observed. And when it was stored.
  position bigint not null,
  stored_at timestamptz not null default clock_timestamp(),
  primary key (command_id, stream, start_offset)
);
alter table limpet.output alter column data set storage external;

-- What background jobs wrote after their command had ended: the session's own, never another command's result.
create table limpet.late_output (
  session_id uuid not null references limpet.sessions on delete cascade,
  position bigint generated always as identity,
  command_id uuid not null references limpet.commands on delete cascade,
  stream smallint not null check (stream in (1, 2)),
  data bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  primary key (session_id, position)
);
create index late_output_command_idx on limpet.late_output (command_id);

-- Signals, ends, input, sizes and closes on their way to the host: rows, of which jobs are only the hints. A row is taken
-- before it is acted on, so at most once.
create table limpet.controls (
  id bigint generated always as identity primary key,
  session_id uuid not null references limpet.sessions on delete cascade,
  command_id uuid references limpet.commands on delete cascade,
  kind text not null check (kind in ('signal', 'end', 'stdin', 'resize', 'keys', 'close')),
  signal text,
  data bytea,
  start_offset bigint,
  last boolean not null default false,
  created_at timestamptz not null default clock_timestamp(),
  taken_at timestamptz
);
create index controls_waiting_idx on limpet.controls (session_id, id) where taken_at is null;
create index controls_command_idx on limpet.controls (command_id) where command_id is not null;

-- The record. The chain's head is in the session's row (system's in audit_system), so appending takes no further lock.
-- No foreign key: an event outlives what it speaks of.
create table limpet.events (
  session_id uuid not null,
  seq bigint not null,
  at_us bigint not null,
  kind text not null,
  actor text not null,
  salt bytea not null,
  payload text,
  payload_hash bytea not null,
  prev bytea not null,
  hash bytea not null,
  primary key (session_id, seq)
);
create index events_at_idx on limpet.events (at_us desc, session_id, seq);

create table limpet.audit_system (
  singleton boolean primary key default true check (singleton),
  audit_seq bigint not null default 0,
  audit_hash bytea
);
insert into limpet.audit_system default values;

create function limpet.events_guard() returns trigger
  language plpgsql as $$
begin
  raise exception 'events are only ever appended' using errcode = 'LP500',
    hint = 'Retention and purging go through their audited functions.';
end
$$;
create trigger events_guard before update or delete on limpet.events
  for each row execute function limpet.events_guard();
create trigger events_truncate_guard before truncate on limpet.events
  for each statement execute function limpet.events_guard();

alter table limpet.sessions set (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
alter table limpet.hosts set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

-- The limits that the database itself enforces, in the words of sql/contract.ts.
insert into limpet.settings (name, value) values
  ('limit.queued_max', '1000'),
  ('limit.open_sessions_max', '1000'),
  ('limit.max_output_bytes', '134217728'),
  ('limit.idle_timeout_ms', '1800000'),
  ('limit.queued_ms_max', '86400000'),
  ('limit.stdin_bytes_max', '1048576'),
  ('limit.view_bytes', '32768'),
  ('limit.list_view_bytes', '2048'),
  ('limit.lease_ms', '10000'),
  ('limit.fence_after_ms', '45000'),
  ('limit.hint_ms', '2000'),
  ('limit.login_link_ms', '900000'),
  ('limit.login_ms', '43200000');
