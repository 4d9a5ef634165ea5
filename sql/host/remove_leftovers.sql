-- Retention: removes what nobody will ask for again: jobs for hosts that are gone, log-ins and links that have expired, keys and sizes that
-- terminals have had, and hosts that nothing refers to and whose shells are known to be gone. Returns how many of each. Called by a host's
-- retention task.
create or replace function limpet_host.remove_leftovers() returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_before timestamptz := limpet.kept_from();
  v_jobs integer;
  v_logins integer;
  v_links integer;
  v_controls integer;
  v_hosts integer;
begin
  -- Locked ones go, too, some hours later: whoever had them is gone.
  select count(*) into v_jobs from graphile_worker.complete_jobs(array(
    select j.id from graphile_worker.jobs j
    where j.task_identifier like 'run\_command:%'
      and not exists (select from limpet.hosts h where h.state <> 'dead' and j.task_identifier = 'run_command:' || h.incarnation)));
  delete from limpet.logins where expires_at < clock_timestamp();
  get diagnostics v_logins = row_count;
  delete from limpet.login_links where expires_at < clock_timestamp();
  get diagnostics v_links = row_count;
  delete from limpet.controls where command_id is null and taken_at < v_before;
  get diagnostics v_controls = row_count;
  delete from limpet.hosts h
  where h.state = 'dead' and h.died_at < v_before and h.death_confirmed_at is not null
    and not exists (select from limpet.commands c where c.host_incarnation = h.incarnation)
    and not exists (select from limpet.sessions s where s.host_incarnation = h.incarnation);
  get diagnostics v_hosts = row_count;
  return jsonb_build_object('jobs', v_jobs, 'logins', v_logins + v_links, 'controls', v_controls, 'hosts', v_hosts);
end
$$;
