-- GET /ready, without a key: whether a host lives, and why not.
create or replace function limpet_edge.read_readiness() returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_live integer;
begin
  select count(*) into v_live from limpet.hosts where state = 'live' and lease_until > clock_timestamp();
  return jsonb_build_object('ready', v_live > 0, 'reasons', case when v_live > 0 then '[]'::jsonb
    when exists (select from limpet.hosts where state = 'draining' and lease_until > clock_timestamp())
      then jsonb_build_array('Every host is stopping: commands are accepted and wait. Start another with "limpet host".')
    else jsonb_build_array('No host is live: commands are accepted and wait. Start one with "limpet host".') end);
end
$$;
