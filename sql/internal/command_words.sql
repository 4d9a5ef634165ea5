-- The words of a shell text that stand where bash looks for a command, as they are written; null where that cannot be said for sure. It errs on
-- one side only: a word that is no command may be among them (of a `case`, an arithmetic, a function's name), none that is one is left out.
-- So a text that is not understood is null, never "nothing". Called by require_executables.
create or replace function limpet.command_words(p_text text) returns text[]
  language plpgsql immutable as $$
declare
  -- Where bash goes on after what is open now: p after a (…), c after a $(…) that began in a command's place, a after any other.
  v_open text[] := '{}';
  v_words text[] := '{}';
  v_inner text[];
  v_at_command boolean := true;
  v_target boolean := false;  -- the next word belongs to a redirection
  v_after text := '';         -- the word or operator right before, without a blank between
  v_head text := '';          -- the command's own word
  t record;
begin
  for t in select * from limpet.shell_tokens(p_text) order by place loop
    -- Right after $(…) a # is part of the word.
    if t.odd is not null or t.remark is not null and v_after = ')' then return null; end if;
    if t.word is null and t.operator is null then v_after := ''; continue; end if;
    if t.word is not null then
      for v_inner in select m from regexp_matches(t.word, $re$\\.|'[^']*'|"((?:\\.|[^"\\])*)"$re$, 'g') m where strpos(m[1], '$(') > 0 loop
        v_inner := limpet.command_words(': ' || substr(v_inner[1], strpos(v_inner[1], '$(')));
        if v_inner is null then return null; end if;
        v_words := v_words || v_inner;
      end loop;
      -- A variable that decides which programs are found, or that bash runs.
      if t.word ~ '^(PATH|ENV|IFS|SHELL|SHELLOPTS|PROMPT_COMMAND|PS[0-4]|BASH[A-Za-z0-9_]*|LD_[A-Za-z0-9_]*)\+?=' or t.word ~ '^\{[A-Za-z_][A-Za-z0-9_]*\}$'
        or v_head = 'for' and t.word ~ '^(PATH|ENV|IFS|SHELL|SHELLOPTS|PROMPT_COMMAND|PS[0-4]|BASH[A-Za-z0-9_]*|LD_[A-Za-z0-9_]*)$'
        or v_head = 'export' and t.word !~ '^[A-Za-z_][A-Za-z0-9_]*(=.*)?$' then return null; end if;
      if v_target then v_target := false;
      elsif v_after = ')' then null;
      elsif not v_at_command then v_at_command := t.word in ('do', '{');
      elsif t.word in ('function', 'coproc', 'select', 'case') then return null;
      elsif t.word ~ '^[A-Za-z_][A-Za-z0-9_]*\+?=' or t.word in ('if', 'then', 'elif', 'else', 'fi', 'while', 'until', 'do', 'done', '{', '}', '!', 'time') then null;
      else
        v_at_command := false;
        v_head := t.word;
        if t.word <> 'for' then v_words := v_words || t.word; end if;
      end if;
      v_after := t.word;
    else
      if t.operator ~ '<<-?$' and t.operator !~ '<<<$' or t.operator = '(' and right(v_after, 1) = '(' then return null; end if;
      if t.operator in ('$(', '(') or t.operator ~ '[<>]\($' then
        -- What a $(…) gives would be the command, a part of its name, or a variable's.
        if t.operator <> '(' and (v_at_command and not v_target and v_after !~ '^[A-Za-z_][A-Za-z0-9_]*\+?='
          or v_head <> '' and v_after = v_head or v_head = 'export' and v_after !~ '=') then return null; end if;
        v_open := v_open || case when t.operator = '(' then 'p' when v_at_command then 'c' else 'a' end;
        v_at_command := true;
        v_target := false;
      elsif t.operator = ')' then
        if v_open = '{}' then return null; end if;
        v_at_command := v_open[cardinality(v_open)] in ('p', 'c');
        v_open := v_open[:cardinality(v_open) - 1];
      elsif t.operator ~ '[<>]' then v_target := true;
      else
        v_at_command := true;
        v_head := '';
      end if;
      v_after := t.operator;
    end if;
  end loop;
  return case when v_open = '{}' then v_words end;
end
$$;
