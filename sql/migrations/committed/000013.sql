--! Previous: sha1:83773f2f8aa0329e5498d55960eebbe65cdf9ff8
--! Hash: sha1:a5eca618d1d3337a9e886ecd438c00a10f61fb7e

-- Retention (limpet_host.remove_commands and what is named there): what ended longer ago than this goes. 0: nothing ever does.
insert into limpet.settings (name, value) values ('limit.keep_ms', '7776000000');

-- What is looked for when something goes: who else refers to it.
create index commands_host_idx on limpet.commands (host_incarnation) where host_incarnation is not null;
create index sessions_closed_idx on limpet.sessions (closed_at, id) where closed_at is not null;
create index sessions_start_state_idx on limpet.sessions (start_state_hash) where start_state_hash is not null;
create index replay_items_source_idx on limpet.replay_items (source_command_id);
create index replay_items_first_idx on limpet.replay_items (first_command_id);
create index controls_done_idx on limpet.controls (taken_at) where taken_at is not null and command_id is null;

-- An open session keeps the command that left its state (limpet.is_needed), and that row refers to it: so nothing has to look through all
-- sessions when a state goes, which a foreign key would do, or an index that every changed state would have to be put into.
alter table limpet.sessions drop constraint sessions_state_hash_fkey;
