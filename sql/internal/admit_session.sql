-- Refuses (too_many_sessions) where the key has as many open sessions as it may: its own quota, else the usual limit. Called by new_session.
create or replace function limpet.admit_session(k limpet.api_keys) returns void
  language plpgsql as $$
declare
  v_max bigint := coalesce(k.open_sessions_max, limpet.setting('open_sessions_max'));
begin
  -- A quota is exact; the usual limit, which nobody means to reach, may be passed by calls at the same moment, and costs no lock.
  if k.open_sessions_max is not null then perform limpet.lock_key_use(k.id); end if;
  if (select count(*) from limpet.sessions x where x.key_id = k.id and x.closed_at is null) >= v_max then
    perform limpet.fail('too_many_sessions', format('Above the limit "%s" of %s open sessions of a key.',
      case when k.open_sessions_max is null then 'limit.open_sessions_max' else 'open_sessions' end, v_max),
      'Close one with DELETE /v1/sessions/{session}.');
  end if;
end
$$;
