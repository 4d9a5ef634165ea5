-- GET /v1/sessions/{session}/late-output: what background jobs wrote after their commands had ended, in the order it was stored, after
-- `p_after`; the cursor is the last position. A page is cut where it would have more than `p_bytes` bytes. Raises unauthorized, not_found.
create or replace function limpet_edge.list_late_output(p_credential bytea, p_session text, p_after bigint, p_limit integer, p_bytes bigint) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_id uuid := limpet.find_session(k, p_session);
  v_items jsonb;
  v_next bigint;
begin
  if (select key_id from limpet.sessions where id = v_id) <> k.id then perform limpet.note_reading(k, v_id); end if;
  with found as (
    select l.position, l.command_id, l.stream, l.data, l.seal, l.created_at, row_number() over o as number,
           sum(octet_length(l.data)) over o as bytes
    from (select * from limpet.late_output where session_id = v_id and position > coalesce(p_after, 0) order by position limit p_limit + 1) l
    window o as (order by l.position)
  ), page as (
    -- One at least, however great it is.
    select * from found where number <= p_limit and (bytes <= p_bytes or number = 1)
  )
  select coalesce(jsonb_agg(jsonb_build_object('position', p.position, 'command_id', p.command_id, 'seq', c.seq,
           'stream', case p.stream when 1 then 'stdout' else 'stderr' end, 'data', encode(p.data, 'base64'), 'seal', encode(p.seal, 'base64'),
           'stored_at', limpet.rfc3339(p.created_at)) order by p.position), '[]'),
         case when count(*) < (select count(*) from found) then max(p.position) end
  into v_items, v_next
  from page p join limpet.commands c on c.id = p.command_id;
  return jsonb_build_object('items', v_items, 'next_cursor', v_next::text);
end
$$;
