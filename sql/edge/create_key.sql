-- POST /v1/keys: `p_hash` is SHA-256 of the new key, which the database never sees. `p_options` is KeyOptions in sql/edgeKeys.ts.
-- Raises unauthorized, forbidden, id_taken.
create or replace function limpet_edge.create_key(p_credential bytea, p_id uuid, p_hash bytea, p_options jsonb) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'admin');
  l limpet.api_keys := jsonb_populate_record(null::limpet.api_keys, coalesce(p_options->'limits', '{}'));
  v_owner uuid;
  n limpet.api_keys;
begin
  insert into limpet.owners (name)
  select coalesce(p_options->>'owner', (select name from limpet.owners where id = k.owner_id)) on conflict do nothing;
  select id into strict v_owner from limpet.owners
  where name = coalesce(p_options->>'owner', (select name from limpet.owners where id = k.owner_id));
  insert into limpet.api_keys (id, owner_id, name, hash, scopes, expires_at, open_sessions_max, queued_commands_max,
    commands_per_minute_max, output_bytes_per_day_max, timeout_ms_max, executables_allowed, executables_denied, sandbox)
  values (p_id, v_owner, p_options->>'name', p_hash,
    array(select jsonb_array_elements_text(p_options->'scopes')), (p_options->>'expires_at')::timestamptz, l.open_sessions_max,
    l.queued_commands_max, l.commands_per_minute_max, l.output_bytes_per_day_max, l.timeout_ms_max, l.executables_allowed, l.executables_denied, l.sandbox)
  on conflict do nothing
  returning * into n;
  if n.id is null then
    -- The same call again, as its answer was lost.
    select * into n from limpet.api_keys where id = p_id and hash = p_hash;
    if found then return limpet.key_json(n); end if;
    perform limpet.fail('id_taken', 'This key exists.', 'Make a fresh one for each call.');
  end if;
  perform limpet.append_system_event('key.made', 'key:' || k.id, jsonb_build_object('key_id', n.id, 'name', n.name,
    'owner', (select name from limpet.owners where id = v_owner), 'scopes', array_to_string(n.scopes, ' '))
    || jsonb_strip_nulls(jsonb_build_object('limits', limpet.limits_text(n))));
  return limpet.key_json(n);
end
$$;
