-- Whether what a search looks at in a command is LIKE the pattern. Called by find_commands and list_session_commands.
create or replace function limpet.mentions(c limpet.commands, p_pattern text) returns boolean
  language plpgsql as $$
begin
  return coalesce((select t.text from limpet.search_texts t where t.command_id = c.id), limpet.search_text(c)) like p_pattern;
end
$$;
