-- The command `p_id` if this credential may see it, else `not_found`; that somebody else than who submitted it looked is noted in the
-- record. Called by whatever shows a command or its output. Raises unauthorized, not_found.
create or replace function limpet.view_command(p_credential bytea, p_id uuid) returns limpet.commands
  language plpgsql as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  c limpet.commands := limpet.find_command(k, p_id);
begin
  if c.key_id <> k.id then perform limpet.note_reading(k, c.session_id); end if;
  return c;
end
$$;
