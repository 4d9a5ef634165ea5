-- POST /v1/commands/{id}/stdin: input for an interactive command, or one in a terminal, in the order of its offsets; what comes before the start waits for it.
-- With `p_offset` a repeated call is harmless, also once the command has ended: whoever lost the answer repeats it. `p_last` ends the
-- input. Returns the offset reached; of sealed input, which cannot be cut, {"known": …} where it begins before what is known and ends behind
-- it: then nothing was taken, and the rest is to be sent. `p_sha256`: of what was sealed. Raises unauthorized, forbidden, not_found, not_interactive, command_ended, stdin_ended, stdin_gap,
-- stdin_full.
create or replace function limpet_edge.write_stdin(
  p_credential bytea, p_id uuid, p_data bytea, p_offset bigint default null, p_last boolean default false,
  p_seal bytea default null, p_sha256 bytea default null
) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  c limpet.commands := limpet.find_command(k, p_id);
  s limpet.sessions;
  v_new bytea := p_data;
begin
  select * into s from limpet.sessions where id = c.session_id for no key update;
  select * into c from limpet.commands where id = p_id;
  -- In a terminal every command is interactive.
  if (c.interactive or s.tty) and p_offset + octet_length(p_data) <= c.stdin_bytes and (c.stdin_ended or not p_last) then
    return to_jsonb(c.stdin_bytes);
  elsif not c.interactive and not s.tty then
    perform limpet.fail('not_interactive', 'This command takes no input.', 'Submit it with "interactive": true, or give "stdin".');
  elsif c.state not in ('queued', 'running') then
    perform limpet.fail('command_ended', format('This command has ended (%s); its input is closed.', c.state), 'GET it to read its result.');
  elsif p_offset > c.stdin_bytes then
    perform limpet.fail('stdin_gap', format('Input is known up to %s, this starts at %s.', c.stdin_bytes, p_offset), 'Send from there.');
  end if;
  -- What was sent before is passed over.
  v_new := substr(v_new, (c.stdin_bytes - coalesce(p_offset, c.stdin_bytes) + 1)::integer);
  if octet_length(v_new) = 0 and (c.stdin_ended or not p_last) then return to_jsonb(c.stdin_bytes); end if;
  if c.stdin_ended then
    perform limpet.fail('stdin_ended', 'The input of this command was ended.', 'Submit another command.');
  elsif octet_length(v_new) + (select coalesce(sum(octet_length(data)), 0) from limpet.controls
      where command_id = c.id and kind = 'stdin' and taken_at is null) > limpet.setting('stdin_bytes_max') then
    perform limpet.fail('stdin_full', format('Above the limit "limit.stdin_bytes_max" of %s bytes that wait for a command to read them.',
        limpet.setting('stdin_bytes_max')),
      'Nothing of this call was taken. Send it again once the command has read.');
  end if;
  if octet_length(v_new) = 0 then
    p_seal := null;
    p_sha256 := null;
  elsif p_seal is not null and octet_length(v_new) < octet_length(p_data) then
    return jsonb_build_object('known', c.stdin_bytes);
  end if;
  perform limpet.add_input(s, c, v_new, p_last, p_seal, p_sha256);
  return to_jsonb(c.stdin_bytes + octet_length(v_new));
end
$$;
