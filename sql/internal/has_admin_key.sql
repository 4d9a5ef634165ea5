-- Whether a key with scope admin is valid now; else the operator's command makes one.
create or replace function limpet.has_admin_key() returns boolean
  language sql stable as $$
  select exists (select from limpet.api_keys
    where 'admin' = any (scopes) and revoked_at is null and (expires_at is null or expires_at > clock_timestamp()))
$$;
