-- Has ended commands and closed sessions kept for `p_keep_ms` from now on; 0: for ever. Less than a day is refused: for so long an idempotency
-- key keeps its word. An event of the system. Called by the operator (sql/admin.ts). Raises bad_request.
create or replace function limpet.set_retention(p_keep_ms bigint) returns void
  language plpgsql as $$
declare
  c_keep_ms_min constant bigint := 86400000;
begin
  if p_keep_ms <> 0 and p_keep_ms < c_keep_ms_min then
    perform limpet.fail('bad_request', 'Commands are kept for a day at least.', 'Retries with an idempotency key rely on it: say 1d or more, or forever.');
  end if;
  update limpet.settings set value = p_keep_ms::text where name = 'limit.keep_ms';
  perform limpet.append_system_event('retention.changed', 'operator', jsonb_build_object('keep_ms', p_keep_ms));
end
$$;
