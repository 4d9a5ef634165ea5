-- RFC 8785 form of a flat object of strings, integers, booleans and nulls with ASCII keys: what an event's payload is.
-- escape_json's escapes are those of the RFC; integers are their own shortest form.
create or replace function limpet.canonical_json(p_object jsonb) returns text
  language sql immutable parallel safe as $$
  select '{' || coalesce(string_agg(to_json(key)::text || ':' || value::text, ',' order by key collate "C"), '') || '}'
  from jsonb_each(p_object)
$$;
