-- GET /v1/sessions/{session}/late-output: what background jobs wrote after their commands had ended, in the order it was stored, after
-- `p_after`; the cursor is the last position. A page is cut where it would have more than `p_bytes` bytes. With `p_context`, `before` has as many
-- pieces that stand before it. Raises unauthorized, not_found.
create or replace function limpet_edge.list_late_output(
  p_credential bytea, p_session text, p_after bigint, p_limit integer, p_bytes bigint, p_context integer default 0
) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_id uuid := limpet.find_session(k, p_session);
  v_items jsonb;
  v_next bigint;
begin
  if (select key_id from limpet.sessions where id = v_id) <> k.id then perform limpet.note_reading(k, v_id); end if;
  with found as (
    select x.l, row_number() over o as number, sum(octet_length((x.l).data)) over o as bytes
    from (select l from limpet.late_output l where l.session_id = v_id and l.position > coalesce(p_after, 0) order by l.position limit p_limit + 1) x
    window o as (order by (x.l).position)
  ), page as (
    -- One at least, however great it is.
    select * from found where number <= p_limit and (bytes <= p_bytes or number = 1)
  )
  select coalesce(jsonb_agg(limpet.late_json(p.l) order by (p.l).position), '[]'),
         case when count(*) < (select count(*) from found) then max((p.l).position) end
  into v_items, v_next
  from page p;
  return jsonb_build_object('items', v_items, 'next_cursor', v_next::text)
    || case when p_context = 0 then '{}' else jsonb_build_object('before', coalesce((
      select jsonb_agg(limpet.late_json(x.l) order by (x.l).position)
      from (select l from limpet.late_output l where l.session_id = v_id and l.position <= p_after order by l.position desc limit p_context) x), '[]')) end;
end
$$;
