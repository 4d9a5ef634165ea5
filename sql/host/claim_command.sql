-- Starts the session's next command under the token `p_attempt`, which the host made and starts at most once. The same token gets the same
-- row again, so an answer that was lost can be asked for. Null where nothing is queued, and past the lease, when nothing may start: the
-- sweep hints again. Raises fenced.
create or replace function limpet_host.claim_command(p_incarnation uuid, p_session uuid, p_epoch integer, p_attempt uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  c limpet.commands := limpet.claim_next(limpet.lock_owned_session(p_incarnation, p_session, p_epoch), p_attempt);
begin
  return limpet.claim_json(c);
end
$$;
