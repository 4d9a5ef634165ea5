-- Both ends of a command's streams, as CommandRow in sql/contract.ts has them: head and tail, at most `p_view` bytes each, in base64; or the
-- sealed pieces that they are in. Called by command_json, where there is output.
create or replace function limpet.ends_json(c limpet.commands, p_view integer) returns jsonb
  language plpgsql stable as $$
declare
  o record := limpet.stored_ends(c.id, 1, c.stdout_bytes, p_view);
  e record := limpet.stored_ends(c.id, 2, c.stderr_bytes, p_view);
begin
  return jsonb_build_object('stdout_head', encode(o.head, 'base64'), 'stdout_tail', encode(o.tail, 'base64'),
      'stderr_head', encode(e.head, 'base64'), 'stderr_tail', encode(e.tail, 'base64'))
    || case when o.sealed is not null or e.sealed is not null
      then jsonb_build_object('stdout_sealed', o.sealed, 'stderr_sealed', e.sealed) else '{}' end;
end
$$;
