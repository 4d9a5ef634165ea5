-- Announces to each of these hosts the command that one of its sessions waits for: as hint, for calls that come together. Called by submit_commands.
create or replace function limpet.hint_hosts(p_sessions uuid[], p_hosts uuid[], p_commands uuid[]) returns void
  language plpgsql as $$
begin
  perform graphile_worker.add_jobs(array(
    select ('run_command:' || t.host, limpet.hint_json(t.session, t.command::text), null, null, null, t.command::text, null, null)::graphile_worker.job_spec
    from unnest(p_sessions, p_hosts, p_commands) t (session, host, command)));
  perform pg_notify('limpet_wake:' || t.host, limpet.hint_json(t.session, t.command::text)::text)
  from unnest(p_sessions, p_hosts, p_commands) t (session, host, command);
end
$$;
