-- SHA-256 of the key in the header X-Shell-Key of the HTTP request for which PostgREST makes this call: it tells a request's headers to its
-- transaction. Null where there is no such request or header. Called by authenticate; raises nothing.
create or replace function limpet.request_credential() returns bytea
  language sql stable as $$
  select sha256(convert_to(nullif(current_setting('request.headers', true), '')::json ->> 'x-shell-key', 'UTF8'));
$$;
