--! Previous: sha1:350e6a78e0d1c245b76bb0ff6305901daa2356ff
--! Hash: sha1:6ea4f2104421e13b512a4e3a054dc2d56fc914ca

/*
 * Replays: a range of one session's commands, run again in a new session that begins where the range began.
 *
 *      running ──all items are through──► done
 *        │ ▲
 *        │ │ replay_session, again
 *        ▼ │
 *      stopped   a difference with stop_on_difference, a cancelled command, a closed session, a key that is no longer valid
 *
 * An item is submitted in the transaction that ends the one before (limpet.advance_replay), so whatever dies, nothing is forgotten. Items
 * copy what the original gave and what the replay gave, and name commands without foreign keys: they outlive both.
 */
create table limpet.replays (
  id uuid primary key,
  owner_id uuid not null references limpet.owners,
  key_id uuid not null references limpet.api_keys,
  source_session_id uuid not null,
  from_seq integer not null check (from_seq > 0),
  to_seq integer not null check (to_seq >= from_seq),
  session_id uuid not null unique references limpet.sessions,
  stop_on_difference boolean not null,
  state text not null default 'running' check (state in ('running', 'done', 'stopped')),
  -- Why it stopped.
  reason text,
  idempotency_key text,
  body_hash bytea,
  created_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  check ((state = 'running') = (finished_at is null)),
  check ((state = 'stopped') = (reason is not null))
);
create unique index replays_idempotency_key on limpet.replays (owner_id, idempotency_key) where idempotency_key is not null;
create index replays_source_idx on limpet.replays (source_session_id, from_seq, to_seq, created_at desc);

create table limpet.replay_items (
  replay_id uuid not null references limpet.replays on delete cascade,
  -- Of the command in the source.
  seq integer not null,
  source_command_id uuid not null,
  -- What the source itself was a replay of, if it was: however often replays are replayed, this names the first.
  first_command_id uuid not null,
  command text not null,
  -- How it is submitted; null once it was.
  options jsonb,
  stdin bytea,
  original_state text not null,
  original_exit_code integer,
  original_stdout_bytes bigint not null,
  original_stderr_bytes bigint not null,
  original_stdout_sha256 bytea,
  original_stderr_sha256 bytea,
  command_id uuid,
  state text,
  exit_code integer,
  stdout_sha256 bytea,
  stderr_sha256 bytea,
  -- Null while it has not ended, and where one of the two was lost: then nothing is known.
  same boolean,
  primary key (replay_id, seq)
);
create unique index replay_items_command_key on limpet.replay_items (command_id) where command_id is not null;

-- The replay that a session was made for. No foreign key: each names the other.
alter table limpet.sessions add column replay_id uuid;

insert into limpet.settings (name, value) values
  ('limit.replay_items_max', '1000'),
  ('limit.replay_timeout_ms_min', '60000'),
  ('limit.timeout_ms_max', '86400000');

-- It takes the replay now.
drop function if exists limpet.branch_session(limpet.api_keys, limpet.sessions, integer, uuid, text, text, bytea);
