-- The open shell of a key (POST /lock), its row locked for whoever will change it; else `not_locked`. Called by the functions of the
-- shelld surface.
create or replace function limpet.find_shell(p_key limpet.api_keys) returns limpet.sessions
  language plpgsql as $$
declare
  s limpet.sessions;
begin
  select * into s from limpet.sessions where key_id = p_key.id and shelld and closed_at is null for no key update;
  if not found then perform limpet.fail('not_locked', 'The shell has not been locked.', 'POST /lock opens it.'); end if;
  return s;
end
$$;
