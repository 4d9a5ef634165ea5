-- What a recording begins with: the session, the time of its first command, its terminal's size at first, and how that changed. That
-- somebody looks at it again is noted in the record. Raises unauthorized, not_found.
create or replace function limpet_edge.read_recording_head(p_credential bytea, p_session text) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_session uuid := limpet.find_session(k, p_session);
  s limpet.sessions;
  v_opened jsonb;
begin
  perform limpet.note_reading(k, v_session, 'record.replayed');
  select * into s from limpet.sessions where id = v_session;
  select e.payload::jsonb into v_opened from limpet.events e where e.session_id = s.id and e.seq = 1;
  return jsonb_build_object('id', s.id, 'name', s.name, 'tty', s.tty,
    'cols', coalesce((v_opened->>'cols')::integer, s.cols), 'rows', coalesce((v_opened->>'rows')::integer, s.rows),
    'start_us', limpet.epoch_us(coalesce((select min(c.started_at) from limpet.commands c where c.session_id = s.id), s.created_at)),
    'resizes', case when s.tty then (
      select coalesce(jsonb_agg(jsonb_build_object('at_us', e.at_us) || e.payload::jsonb order by e.seq), '[]')
      from limpet.events e where e.session_id = s.id and e.kind = 'terminal.resized') else '[]'::jsonb end);
end
$$;
