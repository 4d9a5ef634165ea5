-- GET /v1/replays/{id}. Raises unauthorized, not_found.
create or replace function limpet_edge.read_replay(p_credential bytea, p_id uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  r limpet.replays;
begin
  select * into r from limpet.replays x where x.id = p_id and limpet.sees_owner(k, x.owner_id);
  if not found then
    perform limpet.fail('not_found', 'There is no such replay.', 'POST /v1/sessions/{session}/replay makes one.');
  end if;
  if r.key_id <> k.id then perform limpet.note_reading(k, r.source_session_id); end if;
  return limpet.replay_json(p_id);
end
$$;
