-- A key as it may be shown (ApiKey in sql/contract.ts): neither the key nor its hash.
create or replace function limpet.key_json(k limpet.api_keys) returns jsonb
  language sql stable as $$
  select jsonb_build_object('id', k.id, 'name', k.name, 'owner', (select o.name from limpet.owners o where o.id = k.owner_id),
    'scopes', to_jsonb(k.scopes), 'created_at', limpet.rfc3339(k.created_at), 'expires_at', limpet.rfc3339(k.expires_at),
    'revoked_at', limpet.rfc3339(k.revoked_at), 'last_used_at', limpet.rfc3339(k.last_used_at))
$$;
