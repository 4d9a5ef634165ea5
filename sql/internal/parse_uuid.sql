-- The UUID that a text spells, or null: `{session}` in a path is an id or a name.
create or replace function limpet.parse_uuid(p_text text) returns uuid
  language sql immutable parallel safe as $$
  select case when p_text ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then p_text::uuid end
$$;
