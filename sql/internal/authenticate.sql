-- The key behind a credential (SHA-256 of a key, or of a browser's cookie) if it may do what `p_scope` names; else
-- `unauthorized` or `forbidden`. read < execute < admin: each scope includes those before it. A secret that was rotated is taken until its
-- grace is over. What is looked up first is what nearly every call brings: it costs one index look-up. Where no credential is given it is
-- the one of the HTTP request for which PostgREST makes the call.
create or replace function limpet.authenticate(p_credential bytea, p_scope text) returns limpet.api_keys
  language plpgsql as $$
declare
  v_credential bytea := coalesce(p_credential, limpet.request_credential());
  k limpet.api_keys;
begin
  select * into k from limpet.api_keys where hash = v_credential;
  if not found then k := limpet.find_rarer_key(v_credential); end if;
  if k.id is null or k.revoked_at is not null or k.expires_at <= clock_timestamp() then
    perform limpet.fail('unauthorized', 'This key is unknown, revoked or expired.',
      'Send a valid key as "Authorization: Bearer KEY" or "X-Shell-Key: KEY".');
  end if;
  if not ('admin' = any (k.scopes) or p_scope = any (k.scopes) or p_scope = 'read') then
    perform limpet.fail('forbidden', format('This key lacks the scope "%s".', p_scope), 'Use a key that has it.');
  end if;
  -- To the minute: a key's row is not written by each of its calls.
  if k.last_used_at is null or k.last_used_at < clock_timestamp() - interval '1 minute' then
    update limpet.api_keys set last_used_at = clock_timestamp()
    where id = k.id and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute');
  end if;
  return k;
end
$$;
