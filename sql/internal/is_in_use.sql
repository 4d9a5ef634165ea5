-- Whether this key holds now, and was used within the minute, so that its use need not be noted: what authenticate finds of nearly every
-- call. Called by what answers several calls at once, which leaves every other key to authenticate.
create or replace function limpet.is_in_use(k limpet.api_keys) returns boolean
  language sql volatile as $$
  select k.revoked_at is null and (k.expires_at <= clock_timestamp()) is not true and k.last_used_at > clock_timestamp() - interval '1 minute'
$$;
