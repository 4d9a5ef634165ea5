-- What the record says of a submitted command, as canonical_json would write it: its text, input and variables by their SHA-256, and what was
-- asked of it besides. `p_stdin_sha256` is of what was sealed; null: of the input itself. Called by enqueue.
create or replace function limpet.submitted_payload(c limpet.commands, p_stdin_sha256 text) returns text
  language sql stable as $$
  select '{"command_id":"' || c.id || '","command_sha256":"' || encode(sha256(convert_to(c.command, 'UTF8')), 'hex') || '"'
    || coalesce(',"cwd":' || to_json(c.requested_cwd), '')
    || case when c.environment is null then ''
      else ',"environment_sha256":"' || encode(sha256(convert_to(limpet.canonical_json(c.environment), 'UTF8')), 'hex') || '"' end
    || case when c.interactive then ',"interactive":true' else '' end
    || ',"seq":' || c.seq
    || coalesce(',"stdin_bytes":' || octet_length(c.stdin), '')
    || coalesce(',"stdin_sha256":"' || coalesce(p_stdin_sha256, encode(sha256(c.stdin), 'hex')) || '"', '')
    || coalesce(',"timeout_ms":' || c.timeout_ms, '') || '}'
$$;
