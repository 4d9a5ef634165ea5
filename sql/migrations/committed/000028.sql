--! Previous: sha1:2b2ba9cdcd4cdff5e5226350890233ffcf05c11a
--! Hash: sha1:6714ab8c0fa3e617f678c39917b613a526b78f44

-- What the functions' files have with one parameter more, which has a default: who calls them as before is answered as before.
drop function if exists limpet_host.heartbeat(uuid, uuid[]);
drop function if exists limpet_edge.watch_session(bytea, text);
drop function if exists limpet.watch(uuid);
