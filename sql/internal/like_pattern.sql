-- The pattern for LIKE that finds a text anywhere in a lower-case one. Called by command_conditions and search_older.
create or replace function limpet.like_pattern(p_text text) returns text
  language sql immutable parallel safe as $$
  select '%' || replace(replace(replace(lower(p_text), '\', '\\'), '%', '\%'), '_', '\_') || '%'
$$;
