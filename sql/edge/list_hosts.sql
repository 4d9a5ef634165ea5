-- GET /v1/hosts: the live and draining ones, and what died in the last day. Raises unauthorized.
create or replace function limpet_edge.list_hosts(p_credential bytea) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  perform limpet.authenticate(p_credential, 'read');
  return jsonb_build_object('next_cursor', null, 'items', coalesce((
    select jsonb_agg(jsonb_build_object('name', h.name, 'pool', h.pool, 'state', h.state, 'capacity', h.capacity,
      'sessions', h.sessions, 'heartbeat_at', limpet.rfc3339(h.beat_at), 'version', h.version, 'sandbox', h.sandbox) order by h.name, h.registered_at)
    from limpet.hosts h where h.state <> 'dead' or h.died_at > clock_timestamp() - interval '1 day'), '[]'));
end
$$;
