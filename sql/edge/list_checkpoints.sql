-- GET /v1/audit/checkpoints: the signed ones, newest first; the cursor is the last number. Raises unauthorized.
create or replace function limpet_edge.list_checkpoints(p_credential bytea, p_limit integer default 100, p_cursor bigint default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_items jsonb;
  v_next text;
begin
  perform limpet.authenticate(p_credential, 'read');
  select coalesce(jsonb_agg(jsonb_build_object('log', (select value from limpet.settings where name = 'audit.log'), 'number', c.number,
           'at', limpet.rfc3339(timestamptz 'epoch' + c.taken_at_us * interval '1 microsecond'), 'sessions', c.heads, 'events', c.events,
           'signed_by', c.signed_by, 'note', c.note) order by c.number desc), '[]'),
         case when count(*) = p_limit then min(c.number)::text end
  into v_items, v_next
  from (select * from limpet.checkpoints
        where note is not null and (p_cursor is null or number < p_cursor) order by number desc limit p_limit) c;
  return jsonb_build_object('items', v_items, 'next_cursor', v_next);
end
$$;
