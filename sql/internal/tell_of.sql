-- Tells whoever watches a session that there is more to see. Only a hint, as every notification. Called where output or a screen is stored, which
-- leaves the session's row as it is; a change of that row is told by its trigger.
create or replace function limpet.tell_of(p_session uuid) returns void
  language sql volatile as $$
  select pg_notify('limpet_changed', s.id::text) from limpet.sessions s where s.id = p_session and s.watched_until > now()
$$;
