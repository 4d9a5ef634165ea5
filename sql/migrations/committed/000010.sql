--! Previous: sha1:43f2757348fd108a1087e8ae77f1dbdb42572217
--! Hash: sha1:11788ade7d144d8fa92b69d86b7e8e993d090245

-- How many background jobs the session's shell had when its last command ended: the next shell does not have them, and says so.
alter table limpet.sessions add column background_jobs integer not null default 0 check (background_jobs >= 0);
