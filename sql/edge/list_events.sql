-- GET /v1/audit: events, newest first. `p_filter` is EventFilter in sql/audit.ts. To scope admin all; else those of one's own sessions, and
-- who read them. The cursor is time, session and seq of the last. A search that takes long answers with what it has found until then, and a cursor to
-- go on from. Raises unauthorized, not_found (session).
create or replace function limpet_edge.list_events(p_credential bytea, p_filter jsonb default '{}', p_limit integer default 100, p_cursor text default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_session uuid;
  v_found record;
  v_items jsonb;
begin
  if p_filter ? 'session' then v_session := limpet.find_chain(k, p_filter->>'session'); end if;
  perform limpet.flush_readings();
  v_found := limpet.find_events(k, v_session, p_filter, p_limit, split_part(p_cursor, '.', 1)::bigint, split_part(p_cursor, '.', 2)::uuid,
    split_part(p_cursor, '.', 3)::bigint, limpet.setting('search_ms'));
  select coalesce(jsonb_agg(limpet.event_json(e) order by e.at_us desc, e.session_id, e.seq), '[]') into v_items
  from unnest(v_found.session_ids, v_found.seqs) found (session_id, seq)
  join limpet.events e on e.session_id = found.session_id and e.seq = found.seq;
  if v_session is null or not exists (select from limpet.sessions where id = v_session and key_id = k.id) then
    perform limpet.note_reading(k, coalesce(v_session, '00000000-0000-0000-0000-000000000000'));
  end if;
  return jsonb_build_object('items', v_items, 'next_cursor', v_found.next);
end
$$;
