--! Previous: sha1:6fc6a279bfc6771c0e4b7baf7c9995ee5a343c36
--! Hash: sha1:350e6a78e0d1c245b76bb0ff6305901daa2356ff

-- What the terminal of a session showed last: rewritten in place, since only the present is asked for. `epoch` and `generation`
-- tell whose terminal it was: a late write of an earlier owner never covers a later one's.
create table limpet.screens (
  session_id uuid primary key references limpet.sessions on delete cascade,
  epoch integer not null,
  generation integer not null,
  content jsonb not null,
  updated_at timestamptz not null default clock_timestamp()
) with (fillfactor = 50);

-- Keys waiting for a terminal: counted apart from the input of commands.
insert into limpet.settings (name, value) values ('limit.keys_waiting_bytes_max', '1048576');

-- It takes data, too, now: with another signature it would stand beside the old one.
drop function if exists limpet.add_control(limpet.sessions, uuid, text, text);
