-- A command's text in the pieces that bash would see: words with their quotes, operators, blanks, comments; `odd` is what is not read here
-- (backticks, $'…', ${x:-…}, $[…], an open quote). Called by command_words.
create or replace function limpet.shell_tokens(p_text text) returns table (place bigint, word text, operator text, remark text, odd text)
  language sql immutable as $$
  -- Postgres takes the longest match, so `2>` is an operator and a comment is no word: that is why a word does not begin with #.
  select m.ordinality, m.found[1], m.found[2], m.found[3], m.found[4] from regexp_matches(p_text, $re$((?!#)(?:\\[^\n]|'[^']*'|"(?:\\.|[^"\\$`]|\$(?![({[])|\$\{[A-Za-z0-9_]+\}|\$\()*"|\$(?![({['"])|\$\{[A-Za-z0-9_]+\}|[^ \t\n;&|()<>'"\\$`])+)$re$
    || $re$|([0-9]*(?:<<<|<<-?|<>|<&|&>>?|>&|>>|>\||[<>]\(|[<>])|;;&|;;|;&|;|&&|&|\|\||\|&|\||\n|\$\(|\(|\))$re$
    || $re$|[ \t](?:[ \t]|\\\n)*|(#[^\n]*)|(.)$re$, 'g') with ordinality as m (found, ordinality)
$$;
