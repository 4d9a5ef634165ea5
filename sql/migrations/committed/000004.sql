--! Previous: sha1:faffceb51d9f4f06b434f9193e6552bfa9c5e546
--! Hash: sha1:6008573d9831cd5753538723585fa5e8f1de14b6

-- What a command's background jobs wrote after its end, of both streams: all of it, and what of that is not kept.
alter table limpet.commands
  add column late_bytes bigint not null default 0,
  add column late_dropped_bytes bigint not null default 0,
  add constraint commands_late_check check (0 <= late_dropped_bytes and late_dropped_bytes <= late_bytes);
update limpet.commands c set late_bytes = l.bytes
from (select command_id, sum(octet_length(data)) as bytes from limpet.late_output group by command_id) l
where c.id = l.command_id;

insert into limpet.settings (name, value) values ('limit.late_output_bytes_max', '8388608');

-- A repeated piece is known by what was counted before it: what is counted and not kept has no row that could have an id.
alter table limpet.late_output drop column piece;
drop function if exists limpet_host.append_late_output(uuid, uuid, integer, uuid, integer, bytea, uuid);
