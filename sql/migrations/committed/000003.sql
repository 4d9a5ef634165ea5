--! Previous: sha1:97e556aaca4867c6c1224c854466e676c6f7a42f
--! Hash: sha1:faffceb51d9f4f06b434f9193e6552bfa9c5e546

-- The shell of a key, as POST /lock opens it (functions/shelld.ts): an ordinary session, of which a key has one that is open.
alter table limpet.sessions
  add column shelld boolean not null default false,
  -- Why the last attempt to start a shell failed; null once one is open.
  add column shell_problem text;
create unique index sessions_shelld_key on limpet.sessions (key_id) where shelld and closed_at is null;
