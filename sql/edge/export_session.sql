-- GET /v1/sessions/{session}/audit: begins a bundle, and notes in the record that it was exported. `p_checkpoint` is one that the reader has
-- seen and wants the session shown at. The answer is BundlePlan in sql/audit.ts: the header, and how far the parts reach.
-- Raises unauthorized, not_found.
create or replace function limpet_edge.export_session(p_credential bytea, p_session text, p_checkpoint bigint default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_id uuid := limpet.find_chain(k, p_session);
  v_newest bigint;
  v_first bigint;
  v_until bigint;
begin
  perform limpet.note_reading(k, v_id, 'record.exported');
  perform limpet.flush_readings();
  select max(number) into v_newest from limpet.checkpoints where note is not null;
  select min(number) into v_first from limpet.checkpoint_heads where session_id = v_id and number <= v_newest;
  select max(seq) into v_until from limpet.events where session_id = v_id;
  return jsonb_build_object('header', limpet.bundle_header(v_id, v_newest), 'session_id', v_id, 'newest', coalesce(v_newest, 0),
    'first', greatest(1, least(coalesce(v_first, v_newest), p_checkpoint)), 'until', coalesce(v_until, 0));
end
$$;
