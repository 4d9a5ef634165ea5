-- Makes sure that the key with this hash exists, belongs to the owner "admin" and may do everything. Called by the operator's
-- command (`limpet up`, `limpet keys`) as the owner of the tables. Returns whether it was made now.
create or replace function limpet.bootstrap_key(p_id uuid, p_name text, p_hash bytea) returns boolean
  language plpgsql as $$
declare
  v_owner uuid;
begin
  insert into limpet.owners (name) values ('admin') on conflict do nothing;
  select id into strict v_owner from limpet.owners where name = 'admin';
  insert into limpet.api_keys (id, owner_id, name, hash, scopes) values (p_id, v_owner, p_name, p_hash, '{admin}')
  on conflict (hash) do nothing;
  if not found then return false; end if;
  perform limpet.append_system_event('key.made', 'operator',
    jsonb_build_object('key_id', p_id, 'name', p_name, 'owner', 'admin', 'scopes', 'admin'));
  return true;
end
$$;
