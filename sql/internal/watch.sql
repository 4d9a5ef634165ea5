-- Has what changes in a session told on `limpet_changed` for `p_ms` from now, a quarter of an hour at most. True: it was told before, and is for half
-- of that time at least. False: what was committed meanwhile may not have been told, or is not yet; who watches looks again and asks again.
-- Called by watch_session and watch_command.
create or replace function limpet.watch(p_session uuid, p_ms bigint default 60000) returns boolean
  language plpgsql volatile as $$
declare
  v_for interval := make_interval(secs => least(p_ms, 900000) / 1000.0);
  v_until timestamptz;
begin
  select watched_until into v_until from limpet.sessions where id = p_session;
  if v_until >= now() + v_for / 2 then return true; end if;
  -- Whoever holds the row does the session's work: that does not wait.
  update limpet.sessions set watched_until = now() + v_for
  where id = (select x.id from limpet.sessions x where x.id = p_session for no key update skip locked);
  return found and coalesce(v_until > now(), false);
end
$$;
