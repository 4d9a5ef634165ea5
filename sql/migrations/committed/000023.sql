--! Previous: sha1:67906f3bbc084cac93db77d5779ecab4dcacd67e
--! Hash: sha1:355b8b3dbf4435cc15c3d9deba6f089c76afc532

-- Where the edge redacts what it shows: an admin's reading of what is stored as it is.
alter table limpet.readings drop constraint readings_kind_check,
  add constraint readings_kind_check check (kind in ('record.viewed', 'record.exported', 'record.replayed', 'record.unredacted'));

-- It gives what stands before a page, too, for who has to look at more than it shows.
drop function if exists limpet_edge.list_late_output(bytea, text, bigint, integer, bigint);
