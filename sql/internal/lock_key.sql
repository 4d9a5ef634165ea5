-- A key's row, locked for whoever changes it; else `not_found`. Called by change_key and rotate_key.
create or replace function limpet.lock_key(p_id uuid) returns limpet.api_keys
  language plpgsql as $$
declare
  k limpet.api_keys;
begin
  select * into k from limpet.api_keys where id = p_id for no key update;
  if not found then perform limpet.fail('not_found', 'There is no such key.', 'GET /v1/keys lists them.'); end if;
  return k;
end
$$;
