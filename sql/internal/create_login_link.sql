-- Makes a link that logs one browser in as the oldest valid admin key; `p_hash` is SHA-256 of the link's token. Returns false
-- where there is no such key. Called by `limpet up` as the owner of the tables.
create or replace function limpet.create_login_link(p_hash bytea) returns boolean
  language plpgsql as $$
begin
  delete from limpet.login_links where expires_at < clock_timestamp();
  delete from limpet.logins where expires_at < clock_timestamp();
  insert into limpet.login_links (hash, key_id, expires_at)
  select p_hash, id, clock_timestamp() + make_interval(secs => limpet.setting('login_link_ms') / 1000.0)
  from limpet.api_keys
  where 'admin' = any (scopes) and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())
  order by created_at limit 1;
  return found;
end
$$;
