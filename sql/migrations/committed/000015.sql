--! Previous: sha1:22e2f93d0ca57626b7270727a0ef6a9a5b17cbbc
--! Hash: sha1:0a7862c57e8761766abb3c845e6434159dd7668f

-- How shells are kept apart from their host and from each other, as the host tells it (Sandbox in sql/contract.ts): of a host what its sessions get,
-- of a session what its present shell has, with its limits and what holds each of them.
alter table limpet.hosts add column sandbox jsonb;
alter table limpet.sessions add column sandbox jsonb;
-- The profile that a key's sessions have at least; null: their host's.
alter table limpet.api_keys add column sandbox text check (sandbox in ('none', 'account', 'bubblewrap'));
drop function if exists limpet_host.register_host(uuid, text, text, integer, text);
drop function if exists limpet_host.record_shell(uuid, uuid, integer, integer, jsonb, text);
