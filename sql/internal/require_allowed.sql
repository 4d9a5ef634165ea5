-- Refuses (not_allowed) what a key may not ask for: a `timeout_ms` above its own, and, where it has lists, executables that are not on the one or
-- are on the other. `p_options` is CommandOptions, or SessionOptions. Called by enqueue and new_session.
create or replace function limpet.require_allowed(k limpet.api_keys, p_options jsonb) returns void
  language plpgsql as $$
declare
  v_variable text;
begin
  if (p_options->>'timeout_ms')::bigint > k.timeout_ms_max then
    perform limpet.fail('not_allowed', format('Above the limit "timeout_max" of %s ms that this key may run a command for.', k.timeout_ms_max), 'Ask for a shorter timeout, or for none.');
  end if;
  if k.executables_denied is not null and p_options ? 'command' then perform limpet.require_undenied(k, p_options->>'command'); end if;
  if k.executables_allowed is null then return; end if;
  select name into v_variable from jsonb_object_keys(coalesce(p_options->'env', '{}')) name
  where name ~ '^(PATH|ENV|IFS|SHELL|SHELLOPTS|PROMPT_COMMAND|PS[0-4]|BASH.*|LD_.*)$' limit 1;
  if found then
    perform limpet.fail('not_allowed', format('A key with a list of executables may not set %s.', v_variable), 'It decides which programs run.');
  end if;
  if p_options ? 'command' then perform limpet.require_executables(k, p_options->>'command'); end if;
end
$$;
