-- Logs a browser out: its cookie is worth nothing from now on.
create or replace function limpet_edge.delete_login(p_credential bytea) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  delete from limpet.logins where hash = p_credential;
end
$$;
