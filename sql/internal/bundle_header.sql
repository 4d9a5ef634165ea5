-- The first line of a bundle (audit/bundle.ts): of one session, or with null of the whole log.
create or replace function limpet.bundle_header(p_session uuid, p_newest bigint) returns text
  language sql stable as $$
  select json_build_object('type', 'bundle', 'version', 'limpet/bundle/v1',
    'log', (select value from limpet.settings where name = 'audit.log'),
    'scope', case when p_session is null then 'log' else 'session' end, 'session_id', p_session, 'checkpoint', p_newest,
    'exported_at_us', (extract(epoch from clock_timestamp()) * 1000000)::bigint)::text
$$;
