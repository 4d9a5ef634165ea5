-- Has what changes in a session told on `limpet_changed` for the next minute, and says whether it was told before: if not, what was committed
-- meanwhile may not have been. Called by watch_session and watch_command.
create or replace function limpet.watch(p_session uuid) returns boolean
  language plpgsql volatile as $$
declare
  v_until timestamptz;
begin
  select watched_until into v_until from limpet.sessions where id = p_session;
  if v_until is null or v_until < now() + interval '30 seconds' then
    -- Whoever holds the row does the session's work: that does not wait, and who watches asks again.
    update limpet.sessions set watched_until = now() + interval '1 minute'
    where id = (select x.id from limpet.sessions x where x.id = p_session for no key update skip locked);
  end if;
  return coalesce(v_until > now(), false);
end
$$;
