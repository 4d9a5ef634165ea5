-- The owner whose things a key sees: its own; null, everybody's, with scope admin. Called by what lists and counts.
create or replace function limpet.seen_owner(p_key limpet.api_keys) returns uuid
  language sql immutable parallel safe as $$
  select case when not 'admin' = any (p_key.scopes) then p_key.owner_id end
$$;
