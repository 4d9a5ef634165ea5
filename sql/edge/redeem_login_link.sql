-- Spends a one-time link and logs the browser in. Null where the link is unknown, used or expired.
create or replace function limpet_edge.redeem_login_link(p_link_hash bytea, p_login_hash bytea) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_key uuid;
  k limpet.api_keys;
begin
  update limpet.login_links set used_at = clock_timestamp()
  where hash = p_link_hash and used_at is null and expires_at > clock_timestamp()
  returning key_id into v_key;
  if not found then return null; end if;
  select * into strict k from limpet.api_keys where id = v_key;
  if k.revoked_at is not null or k.expires_at <= clock_timestamp() then return null; end if;
  insert into limpet.logins (hash, key_id, expires_at)
  values (p_login_hash, k.id, clock_timestamp() + make_interval(secs => limpet.setting('login_ms') / 1000.0));
  perform limpet.append_system_event('login', 'key:' || k.id, jsonb_build_object('by', 'link'));
  return limpet.identity_json(k);
end
$$;
