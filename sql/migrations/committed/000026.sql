--! Previous: sha1:47443c0f1ba1c6023c143a5c9ca3153e176160b4
--! Hash: sha1:d948af6d02e9aa047b411f7925f94be4ee06a82b

-- What lists ask for is found by an index, or within the time of an answer. A host's commands are found in the order of time: the index
-- that was there has the time as well, so no command pays for one more.
drop index limpet.commands_host_idx;
create index commands_host_idx on limpet.commands (host_incarnation, created_at desc, id desc) where host_incarnation is not null;

-- Of the record all that is rare is found by its kind. The events of commands are not in it: they cost one comparison each.
create index events_unusual_idx on limpet.events (kind, at_us desc, session_id, seq)
  where kind not in ('command.submitted', 'command.started', 'command.finished');

-- An answer that takes longer than this is one that somebody waits for.
update limpet.settings set value = '40' where name = 'limit.search_ms' and value = '500';

drop function if exists limpet.mentions(limpet.commands, text);
drop function if exists limpet.search_older(uuid, jsonb, integer, timestamptz, uuid, uuid[]);
