-- Who a key belongs to and what it may do (Identity in sql/edge.ts).
create or replace function limpet.identity_json(k limpet.api_keys) returns jsonb
  language sql stable as $$
  select jsonb_build_object('key_id', k.id, 'key_name', k.name,
    'owner', (select o.name from limpet.owners o where o.id = k.owner_id), 'scopes', to_jsonb(k.scopes))
$$;
