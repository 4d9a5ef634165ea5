--! Previous: sha1:3083dddfb28d8e480bb1649bfc6ec3a239847f4d
--! Hash: sha1:1f2300ac2d219eca69f372b734b2ac4aa2b83aa3

-- Until when somebody watches a session. For so long every change of it is told on `limpet_changed`: its state, what is queued, started or ended
-- in it, and (limpet.tell_of) output and its screen. A session that nobody watches costs no notification, as each holds a lock until its commit.
alter table limpet.sessions add column watched_until timestamptz;
create function limpet.tell_watchers() returns trigger
  language plpgsql as $$
begin
  perform pg_notify('limpet_changed', new.id::text);
  return null;
end
$$;
create trigger sessions_tell_watchers after update on limpet.sessions
  for each row when (new.watched_until > now() and new.watched_until is not distinct from old.watched_until)
  execute function limpet.tell_watchers();
