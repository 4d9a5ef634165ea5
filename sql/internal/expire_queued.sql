-- Ends as `expired` what a session that no host has queued longer ago than limit.queued_ms_max: it never ran, and never will. Returns how
-- many. Called by expire and settle_abandoned, which hold the session's row lock.
create or replace function limpet.expire_queued(p_session uuid) returns integer
  language plpgsql as $$
declare
  v_limit_ms bigint := limpet.setting('queued_ms_max');
  c limpet.commands;
  v_count integer := 0;
begin
  for c in
    select x.* from limpet.commands x join limpet.sessions s on s.id = x.session_id and s.host_incarnation is null
    where x.session_id = p_session and x.state = 'queued' and x.created_at < clock_timestamp() - make_interval(secs => v_limit_ms / 1000.0)
    order by x.seq
  loop
    update limpet.commands
    set problem = format('No host took it within %s s (limit.queued_ms_max): it never ran.', v_limit_ms / 1000) where id = c.id;
    perform limpet.end_queued(c, 'expired', 'system');
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
