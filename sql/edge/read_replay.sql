-- GET /v1/replays/{id}. Raises unauthorized, not_found.
create or replace function limpet_edge.read_replay(p_credential bytea, p_id uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
begin
  if not exists (select from limpet.replays r where r.id = p_id and limpet.sees_owner(k, r.owner_id)) then
    perform limpet.fail('not_found', 'There is no such replay.', 'POST /v1/sessions/{session}/replay makes one.');
  end if;
  return limpet.replay_json(p_id);
end
$$;
