--! Previous: sha1:6ea4f2104421e13b512a4e3a054dc2d56fc914ca
--! Hash: sha1:43f2757348fd108a1087e8ae77f1dbdb42572217

/*
 * The record's other half: who read it, what a host that holds a key has signed of it, and what was taken out of it.
 *
 * Readings wait in limpet.readings until a batch of them is appended to a chain of their own, the pseudo-session `readings`
 * (00000000-0000-0000-0000-000000000001; `system` is …000): no reader touches a row that a command needs.
 */
create table limpet.audit_readings (
  singleton boolean primary key default true check (singleton),
  audit_seq bigint not null default 0,
  audit_hash bytea
);
insert into limpet.audit_readings default values;

-- One for each reader, session, kind and hour. `seq` is that of its event in the chain of readings, once it has one.
create table limpet.readings (
  session_id uuid not null,
  key_id uuid not null,
  kind text not null check (kind in ('record.viewed', 'record.exported', 'record.replayed')),
  hour timestamptz not null,
  read_at timestamptz not null default clock_timestamp(),
  seq bigint,
  primary key (session_id, key_id, kind, hour)
);
create index readings_waiting_idx on limpet.readings (read_at) where seq is null;
create unique index readings_seq_key on limpet.readings (seq) where seq is not null;

-- Which database a checkpoint speaks of.
insert into limpet.settings (name, value) values ('audit.log', gen_random_uuid());

/*
 * A checkpoint is taken by one statement, so that its heads and its counts are of one snapshot; then a host that holds a key
 * reads the leaves, signs, and stores the note. Only one waits for that at a time, whoever signs it.
 *
 *      begin_checkpoint ──► taken (note is null) ──read_checkpoint_tile *──► sign_checkpoint ──► signed, for ever
 *                              ▲       │ the host died: after `taken_until` another one
 *                              └───────┘ takes the same checkpoint over
 *
 * `tiles` are the roots of each 1024 leaves, `tile_firsts` the session that each tile begins with: what a proof needs of the
 * whole tree without computing it anew.
 */
create table limpet.checkpoints (
  number bigint primary key check (number > 0),
  taken_at_us bigint not null,
  taken_by uuid not null,
  taken_until timestamptz not null,
  heads bigint not null,
  events bigint not null,
  root bytea check (octet_length(root) = 32),
  tile_firsts uuid[],
  tiles bytea,
  note text,
  signed_by text,
  signed_at timestamptz,
  check ((note is null) = (root is null) and (note is null) = (tiles is null) and (note is null) = (signed_at is null)),
  check (octet_length(tiles) = 32 * cardinality(tile_firsts))
);
create unique index checkpoints_waiting_key on limpet.checkpoints ((true)) where note is null;

-- Whoever takes a checkpoint holds this row.
create table limpet.audit_turn (singleton boolean primary key default true check (singleton));
insert into limpet.audit_turn default values;

-- The head of each chain at the newest checkpoint, and at each checkpoint at which it had moved.
create table limpet.heads (
  session_id uuid primary key,
  seq bigint not null,
  hash bytea not null,
  number bigint not null
);
create table limpet.checkpoint_heads (
  session_id uuid not null,
  number bigint not null,
  seq bigint not null,
  hash bytea not null,
  primary key (session_id, number)
);

-- Retention has removed the events up to `seq`, which a signed checkpoint covers; a host that holds a key says so.
create table limpet.tombstones (
  session_id uuid not null,
  seq bigint not null,
  hash bytea not null,
  checkpoint bigint not null references limpet.checkpoints,
  note text not null,
  made_at timestamptz not null default clock_timestamp(),
  primary key (session_id, seq)
);

-- A salt that stayed behind its payload would help to guess it.
alter table limpet.events alter column salt drop not null;

-- Not even the owner changes an event by mistake. Two ways are left, each a function: limpet.purge_payloads drops payloads and
-- their salts, and limpet.remove_events deletes what a tombstone tells of.
create or replace function limpet.events_guard() returns trigger
  language plpgsql as $$
begin
  if tg_op = 'UPDATE' and current_setting('limpet.purging', true) = old.session_id::text and new.payload is null and new.salt is null
    and (new.session_id, new.seq, new.at_us, new.kind, new.actor, new.payload_hash, new.prev, new.hash)
      = (old.session_id, old.seq, old.at_us, old.kind, old.actor, old.payload_hash, old.prev, old.hash) then
    return new;
  elsif tg_op = 'DELETE' and exists (select from limpet.tombstones t where t.session_id = old.session_id and t.seq >= old.seq) then
    return old;
  end if;
  raise exception 'events are only ever appended' using errcode = 'LP500',
    hint = 'Retention and purging go through their audited functions.';
end
$$;
