-- GET /v1/audit: events, newest first. `p_filter` is EventFilter in sql/audit.ts. To scope admin all; else those of one's own sessions, and
-- who read them. Planned anew at each call: with and without a session it takes another index. The cursor is time, session and seq of the last. Raises unauthorized, not_found (session).
create or replace function limpet_edge.list_events(p_credential bytea, p_filter jsonb default '{}', p_limit integer default 100, p_cursor text default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  c_readings constant uuid := '00000000-0000-0000-0000-000000000001';
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_admin boolean := 'admin' = any (k.scopes);
  v_session uuid;
  -- Of the chain of readings: who read that session.
  v_reads bigint[];
  v_after_us bigint := (extract(epoch from (p_filter->>'after')::timestamptz) * 1000000)::bigint;
  v_before_us bigint := (extract(epoch from (p_filter->>'before')::timestamptz) * 1000000)::bigint;
  v_items jsonb;
  v_last text;
begin
  if p_filter ? 'session' then v_session := limpet.find_chain(k, p_filter->>'session'); end if;
  perform limpet.flush_readings();
  v_reads := array(select r.seq from limpet.readings r where r.session_id = v_session and r.seq is not null);
  select coalesce(jsonb_agg(limpet.event_json(x.e) order by (x.e).at_us desc, (x.e).session_id, (x.e).seq), '[]'),
         (array_agg(concat_ws('.', (x.e).at_us, (x.e).session_id, (x.e).seq) order by (x.e).at_us, (x.e).session_id desc, (x.e).seq desc))[1]
  into v_items, v_last
  from (
    select e from limpet.events e
    where (v_session is null or e.session_id = v_session
        or (e.session_id = c_readings and e.seq = any (v_reads)))
      and (v_admin or exists (select from limpet.sessions s where s.owner_id = k.owner_id and (s.id = e.session_id
        or (e.session_id = c_readings and s.id in (select r.session_id from limpet.readings r where r.seq = e.seq)))))
      and (not p_filter ? 'kind' or e.kind = p_filter->>'kind')
      and (not p_filter ? 'actor' or e.actor = p_filter->>'actor')
      and (not p_filter ? 'q' or strpos(lower(concat_ws(' ', e.kind, e.actor, e.payload)), lower(p_filter->>'q')) > 0)
      and (v_before_us is null or e.at_us < v_before_us) and (v_after_us is null or e.at_us > v_after_us)
      and (p_cursor is null or e.at_us <= split_part(p_cursor, '.', 1)::bigint)
      and (p_cursor is null or e.at_us < split_part(p_cursor, '.', 1)::bigint
        or (e.session_id, e.seq) > (split_part(p_cursor, '.', 2)::uuid, split_part(p_cursor, '.', 3)::bigint))
    order by e.at_us desc, e.session_id, e.seq limit p_limit
  ) x;
  if v_session is null or not exists (select from limpet.sessions where id = v_session and key_id = k.id) then
    perform limpet.note_reading(k, coalesce(v_session, '00000000-0000-0000-0000-000000000000'));
  end if;
  return jsonb_build_object('items', v_items, 'next_cursor', case when jsonb_array_length(v_items) = p_limit then v_last end);
end
$$;
