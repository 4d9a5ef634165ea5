-- Has what changes in a session told on `limpet_changed` for the next minute, and says whether it was told before: if not, what was committed
-- meanwhile may not have been. Asked by a page that is held until there is something new. Raises unauthorized, not_found.
create or replace function limpet_edge.watch_session(p_credential bytea, p_session text) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return limpet.watch(limpet.find_session(limpet.authenticate(p_credential, 'read'), p_session));
end
$$;
