-- Keeps a task identifier in the queue's list: hosts remember its number, and GC_TASK_IDENTIFIERS drops identifiers that no job
-- has: without this job a host would hear of nothing any more. It never runs. For a host it goes with the other jobs of one that is
-- gone (remove_leftovers). Called by register_host.
create or replace function limpet.keep_task(p_task text) returns void
  language plpgsql as $$
begin
  perform graphile_worker.add_job(p_task, run_at => 'infinity', job_key => 'keep:' || p_task, job_key_mode => 'unsafe_dedupe');
end
$$;
