-- The key of a browser's cookie, or of a secret that was rotated and has grace left; null where there is none. Called by authenticate.
create or replace function limpet.find_rarer_key(p_credential bytea) returns limpet.api_keys
  language plpgsql as $$
declare
  k limpet.api_keys;
begin
  select a.* into k from limpet.logins l join limpet.api_keys a on a.id = l.key_id
  where l.hash = p_credential and l.expires_at > clock_timestamp();
  if not found then
    select * into k from limpet.api_keys where previous_hash = p_credential and previous_until > clock_timestamp();
  end if;
  return k;
end
$$;
