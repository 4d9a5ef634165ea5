-- GET /v1/sessions/{session}/screen: what the terminal showed last, when, and which shell's terminal it was (Screen in sql/contract.ts);
-- an empty screen of generation 0 before the first shell is open. Raises unauthorized, not_found, not_a_terminal.
create or replace function limpet_edge.read_screen(p_credential bytea, p_session text) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_id uuid := limpet.find_session(k, p_session);
  s limpet.sessions;
  x limpet.screens;
begin
  select * into s from limpet.sessions where id = v_id;
  if not s.tty then
    perform limpet.fail('not_a_terminal', 'This session has no terminal.', 'Open one with "tty": true.');
  end if;
  if s.key_id <> k.id then perform limpet.note_reading(k, v_id); end if;
  select * into x from limpet.screens where session_id = v_id;
  return jsonb_build_object('session_id', v_id, 'generation', coalesce(x.generation, 0), 'updated_at', limpet.rfc3339(x.updated_at))
    || coalesce(x.content, jsonb_build_object('cols', s.cols, 'rows', s.rows, 'title', '', 'alternate', false, 'simplified', false,
      'lines', '[]'::jsonb, 'cursor', jsonb_build_object('row', 0, 'col', 0, 'visible', true)));
end
$$;
