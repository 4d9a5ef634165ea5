-- Logs a browser in with a key: `p_login_hash` is SHA-256 of its new cookie. Raises unauthorized.
create or replace function limpet_edge.create_login(p_credential bytea, p_login_hash bytea) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
begin
  insert into limpet.logins (hash, key_id, expires_at)
  values (p_login_hash, k.id, clock_timestamp() + make_interval(secs => limpet.setting('login_ms') / 1000.0));
  perform limpet.append_system_event('login', 'key:' || k.id, jsonb_build_object('by', 'key'));
  return limpet.identity_json(k);
end
$$;
