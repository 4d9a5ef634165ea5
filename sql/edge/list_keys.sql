-- GET /v1/keys. Raises unauthorized, forbidden.
create or replace function limpet_edge.list_keys(p_credential bytea) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform limpet.authenticate(p_credential, 'admin');
  return jsonb_build_object('next_cursor', null, 'items',
    coalesce((select jsonb_agg(limpet.key_json(k) order by k.created_at) from limpet.api_keys k), '[]'));
end
$$;
