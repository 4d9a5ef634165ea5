--! Previous: sha1:cdf7855afe9194cc40a959e55523de80424ce774
--! Hash: sha1:97e556aaca4867c6c1224c854466e676c6f7a42f

-- A piece of late output has no offset to compare by: its host gives it an id, so that a repeated call stores it once.
alter table limpet.late_output add column piece uuid unique;

-- It takes the piece's id now.
drop function if exists limpet_host.append_late_output(uuid, uuid, integer, uuid, integer, bytea);
