-- GET /v1/audit/export: begins a bundle of the whole log, and notes in the record that it was exported. The answer is BundlePlan in
-- sql/audit.ts. Raises unauthorized, forbidden.
create or replace function limpet_edge.export_log(p_credential bytea) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'admin');
  v_newest bigint;
begin
  perform limpet.note_reading(k, '00000000-0000-0000-0000-000000000000', 'record.exported');
  perform limpet.flush_readings();
  select max(number) into v_newest from limpet.checkpoints where note is not null;
  return jsonb_build_object('header', limpet.bundle_header(null, v_newest), 'session_id', null, 'newest', coalesce(v_newest, 0),
    'first', 1, 'until', 0);
end
$$;
