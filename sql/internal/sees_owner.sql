-- Whether this key may see what that owner's keys made: its own owner's, or any with scope admin.
create or replace function limpet.sees_owner(p_key limpet.api_keys, p_owner uuid) returns boolean
  language sql immutable parallel safe as $$
  select p_key.owner_id = p_owner or 'admin' = any (p_key.scopes)
$$;
