-- Has what changes in a session told on `limpet_changed` for `p_ms` from now; true: it was told before, and is for half of that time at least (see
-- limpet.watch). Asked by a page that is held until there is something new: for longer the longer nothing came. Raises unauthorized, not_found.
create or replace function limpet_edge.watch_session(p_credential bytea, p_session text, p_ms bigint default 60000) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return limpet.watch(limpet.find_session(limpet.authenticate(p_credential, 'read'), p_session), p_ms);
end
$$;
