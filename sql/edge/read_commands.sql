-- Reads at once what is read at once: each of `p_calls` as read_command would, `{credential, id}` with the credential in base64. Read are commands
-- that have ended, by the key that submitted them; whoever called calls read_command for the others. Answers CommandRow (sql/contract.ts) of each.
create or replace function limpet_edge.read_commands(p_calls jsonb) returns json
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_commands limpet.commands[];
begin
  -- In a statement of its own, as in read_command: their output is then read by a later snapshot.
  select array_agg(c) into v_commands
  from jsonb_array_elements(p_calls) t (call)
  join limpet.api_keys k on k.hash = decode(t.call->>'credential', 'base64')
  join limpet.commands c on c.id = (t.call->>'id')::uuid
  where limpet.is_in_use(k) and limpet.sees_owner(k, c.owner_id) and c.key_id = k.id and c.state not in ('queued', 'running');
  return (select coalesce(json_agg(r), '[]') from limpet.command_rows(v_commands) r);
end
$$;
