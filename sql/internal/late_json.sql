-- A piece of late output as LatePiece in sql/edge.ts. Called by list_late_output.
create or replace function limpet.late_json(l limpet.late_output) returns jsonb
  language sql stable as $$
  select jsonb_build_object('position', l.position, 'command_id', l.command_id,
    'seq', (select c.seq from limpet.commands c where c.id = l.command_id),
    'stream', case l.stream when 1 then 'stdout' else 'stderr' end, 'data', encode(l.data, 'base64'), 'seal', encode(l.seal, 'base64'),
    'stored_at', limpet.rfc3339(l.created_at))
$$;
