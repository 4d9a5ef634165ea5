--! Previous: sha1:6008573d9831cd5753538723585fa5e8f1de14b6
--! Hash: sha1:bdc3da4d57b8cc57035ea616db7ef01b750cc15d

-- The token of the call that took a control: who lost its answer asks again and gets the same.
alter table limpet.controls add column taken_by uuid;
create index controls_taken_idx on limpet.controls (taken_by) where taken_by is not null;

-- It takes that token now.
drop function if exists limpet_host.take_controls(uuid, uuid, integer, boolean);
