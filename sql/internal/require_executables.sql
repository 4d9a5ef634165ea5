-- Refuses (not_allowed) a text that runs anything which is not on the key's list, or that is not sure to run nothing else. Builtins that start no
-- program need not be listed. Called by require_allowed.
create or replace function limpet.require_executables(k limpet.api_keys, p_command text) returns void
  language plpgsql as $$
declare
  c_builtins constant text[] := '{:,true,false,echo,pwd,cd,export,umask,wait,break,continue,return,exit}';
  v_words text[];
  v_word text;
begin
  if octet_length(p_command) <= limpet.setting('judged_bytes_max') then v_words := limpet.command_words(p_command); end if;
  if v_words is null then
    perform limpet.fail('not_allowed', 'This key may run only what is on its list, and what this command runs cannot be told for sure.',
      format('Leave out backticks, here-documents, functions, "case", ${…} beyond a name, arithmetic and settings of PATH, and stay within the limit "limit.judged_bytes_max" of %s bytes.',
        limpet.setting('judged_bytes_max')));
  end if;
  select word into v_word from unnest(v_words) word where word <> all (k.executables_allowed || c_builtins) limit 1;
  if found then
    perform limpet.fail('not_allowed', format('This key may not run "%s".', left(v_word, 100)),
      'What it may run: ' || array_to_string(k.executables_allowed, ', '));
  end if;
end
$$;
