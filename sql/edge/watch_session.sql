-- Has what changes in a session told on `limpet_changed` for the next minute, and says whether it was told before: if not, what was committed
-- meanwhile may not have been. Asked by a page that is held until there is something new. Raises unauthorized, not_found.
create or replace function limpet_edge.watch_session(p_credential bytea, p_session text) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_id uuid := limpet.find_session(limpet.authenticate(p_credential, 'read'), p_session);
  v_until timestamptz;
begin
  select watched_until into v_until from limpet.sessions where id = v_id;
  if v_until is null or v_until < now() + interval '30 seconds' then
    -- Whoever holds the row does the session's work: that does not wait, and the page asks again.
    update limpet.sessions set watched_until = now() + interval '1 minute'
    where id = (select x.id from limpet.sessions x where x.id = v_id for no key update skip locked);
  end if;
  return coalesce(v_until > now(), false);
end
$$;
