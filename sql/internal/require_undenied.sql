-- Refuses (not_allowed) a text in which an executable that the key is denied is named anywhere, also in a string or a comment, and also with quotes
-- or backslashes in its name. Called by require_allowed.
create or replace function limpet.require_undenied(k limpet.api_keys, p_command text) returns void
  language plpgsql as $$
declare
  v_plain text := translate(p_command, $t$'"\$t$, '');
  v_name text;
begin
  select name into v_name from unnest(k.executables_denied) name
  where v_plain ~ ('(^|[^A-Za-z0-9_.+@%-])' || regexp_replace(name, '[.+/@%:-]', '\\\&', 'g') || '($|[^A-Za-z0-9_.+@%-])') limit 1;
  if found then
    perform limpet.fail('not_allowed', format('This key may not run "%s", and the command names it.', v_name), 'GET /v1/keys shows an admin what a key may not run.');
  end if;
end
$$;
