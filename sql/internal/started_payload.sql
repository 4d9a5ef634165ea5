-- What the record says of a command that was started, as canonical_json would write it. Called by claim_next and claim_commands.
create or replace function limpet.started_payload(c limpet.commands) returns text
  language sql stable parallel safe as $$
  select '{"attempt":"' || c.attempt || '","command_id":"' || c.id || '","seq":' || c.seq || '}'
$$;
