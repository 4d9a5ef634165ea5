-- Both ends of a command's streams, as CommandRow in sql/contract.ts has them: head and tail, at most `p_view` bytes each, in base64; or the
-- sealed pieces that they are in. Called where a command is told that has output.
create or replace function limpet.ends(c limpet.commands, p_view integer) returns limpet.command_ends
  language plpgsql stable as $$
declare
  o record := limpet.stored_ends(c.id, 1, c.stdout_bytes, p_view);
  e record := limpet.stored_ends(c.id, 2, c.stderr_bytes, p_view);
begin
  return (encode(o.head, 'base64'), encode(o.tail, 'base64'), encode(e.head, 'base64'), encode(e.tail, 'base64'), o.sealed, e.sealed)::limpet.command_ends;
end
$$;
