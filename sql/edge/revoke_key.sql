-- DELETE /v1/keys/{id}: refused from the next call on; what it made stays. Raises unauthorized, forbidden, not_found.
create or replace function limpet_edge.revoke_key(p_credential bytea, p_id uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'admin');
begin
  update limpet.api_keys set revoked_at = clock_timestamp() where id = p_id and revoked_at is null;
  if found then
    perform limpet.append_system_event('key.revoked', 'key:' || k.id, jsonb_build_object('key_id', p_id));
  elsif not exists (select from limpet.api_keys where id = p_id) then
    perform limpet.fail('not_found', 'There is no such key.', 'GET /v1/keys lists them.');
  end if;
end
$$;
