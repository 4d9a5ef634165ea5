-- Starts the session's next command under the token `p_attempt`, which the host made and starts at most once. The same token gets the same
-- row again, so an answer that was lost can be asked for. Null where nothing is queued, and past the lease, when nothing may start: the
-- sweep hints again. Raises fenced.
create or replace function limpet_host.claim_command(p_incarnation uuid, p_session uuid, p_epoch integer, p_attempt uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
  c limpet.commands;
begin
  s := limpet.lock_owned_session(p_incarnation, p_session, p_epoch);
  select * into c from limpet.commands where attempt = p_attempt;
  if found then return limpet.claim_json(c); end if;
  if not limpet.has_lease(p_incarnation) then return null; end if;
  return limpet.claim_json(limpet.claim_next(s, p_attempt));
end
$$;
