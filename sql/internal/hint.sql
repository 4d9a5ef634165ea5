-- Announces queued work of a session: to the host that owns it, or to any of its pool. Only a hint: the
-- commands table is the truth, and the sweep repeats what is lost. `p_key` is unique to what is announced, so the cheap
-- dedupe mode never drops one; with `p_again` it is not, and takes the place of one that waits. `p_control`: controls wait, too.
-- The host that owns the session, or one that has room for it, is told at once, too: the job is what remains where it did not hear that.
-- The caller holds the session's row lock and stores hint_at.
create or replace function limpet.hint(p_session uuid, p_pool text, p_incarnation uuid, p_key text, p_control boolean default false, p_again boolean default false) returns void
  language plpgsql as $$
declare
  v_host uuid := coalesce(p_incarnation, limpet.host_with_room(p_pool));
  v_hint json := limpet.hint_json(p_session, p_key, p_control);
begin
  perform graphile_worker.add_job(
    coalesce('run_command:' || p_incarnation::text, 'open_session:' || p_pool),
    payload => v_hint,
    job_key => p_key,
    job_key_mode => case when p_again then 'replace' else 'unsafe_dedupe' end);
  if v_host is not null then perform pg_notify('limpet_wake:' || v_host, v_hint::text); end if;
end
$$;
