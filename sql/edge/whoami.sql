-- Who the credential belongs to. Raises unauthorized.
create or replace function limpet_edge.whoami(p_credential bytea) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return limpet.identity_json(limpet.authenticate(p_credential, 'read'));
end
$$;
