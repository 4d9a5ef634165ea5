-- What a search looks at in a command, in lower case: the first and the last limits.searchBytes of each stream, and as much of its own text.
-- Called by index_search, and by what searches (command_conditions).
create or replace function limpet.search_text(c limpet.commands) returns text
  language plpgsql as $$
declare
  v_bytes integer := limpet.setting('search_bytes');
  v_text text := left(c.command, v_bytes);
  v_total bigint;
  o record;
begin
  for i in 1 .. 2 loop
    v_total := case i when 1 then c.stdout_bytes else c.stderr_bytes end;
    continue when v_total = 0;
    o := limpet.stored_ends(c.id, i, v_total, v_bytes);
    v_text := v_text || E'\n' || case when octet_length(o.head) + octet_length(o.tail) = v_total
      then limpet.lossy_text(o.head || o.tail) else limpet.lossy_text(o.head) || E'\n' || limpet.lossy_text(o.tail) end;
  end loop;
  return lower(v_text);
end
$$;
