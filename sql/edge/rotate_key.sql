-- POST /v1/keys/{id}/rotate: the key's secret becomes the one whose SHA-256 is `p_hash`; the one before is taken for `p_grace_ms` more,
-- the one before that no longer. Browsers that logged in with the old one are logged out with it. Repeating the call is harmless.
-- Raises unauthorized, forbidden, not_found.
create or replace function limpet_edge.rotate_key(p_credential bytea, p_id uuid, p_hash bytea, p_grace_ms bigint) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'admin');
  n limpet.api_keys := limpet.lock_key(p_id);
  v_until timestamptz := clock_timestamp() + make_interval(secs => p_grace_ms / 1000.0);
begin
  if n.hash = p_hash then return limpet.key_json(n); end if;
  if n.revoked_at is not null then
    perform limpet.fail('not_found', 'This key is revoked: it has no secret any more.', 'POST /v1/keys makes another key.');
  end if;
  update limpet.api_keys set hash = p_hash, previous_hash = n.hash, previous_until = v_until, rotated_at = clock_timestamp()
  where id = p_id returning * into n;
  update limpet.logins set expires_at = least(expires_at, v_until) where key_id = p_id;
  perform limpet.append_system_event('key.rotated', 'key:' || k.id,
    jsonb_build_object('key_id', n.id, 'previous_until', limpet.rfc3339(v_until)));
  return limpet.key_json(n);
end
$$;
