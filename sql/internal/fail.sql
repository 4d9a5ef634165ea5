-- Ends the call with an error of ours: SQLSTATE 'LP' and the HTTP status, `code` in DETAIL, what to do next in HINT, and in COLUMN after
-- how many seconds trying again makes sense, where that is known. Called by every function of both APIs. Those codes that callers may
-- see are in functions/problem.ts, too; the others are told to hosts alone.
create or replace function limpet.fail(p_code text, p_message text, p_hint text default null, p_retry_after_s numeric default null) returns void
  language plpgsql as $$
declare
  v_status text := case
    when p_code = 'bad_request' then '400'
    when p_code = 'unauthorized' then '401'
    when p_code in ('forbidden', 'not_allowed') then '403'
    when p_code = 'not_found' then '404'
    when p_code in ('session_closed', 'name_taken', 'idempotency_conflict', 'session_busy', 'command_ended', 'not_interactive',
                    'not_a_terminal', 'stdin_gap', 'stdin_ended', 'id_taken', 'host_name_taken', 'fenced', 'output_gap', 'not_covered',
                    'already_locked', 'not_locked', 'unrecoverable') then '409'
    when p_code = 'too_large' then '413'
    when p_code in ('too_many_queued', 'too_many_sessions', 'too_many_commands', 'output_spent', 'stdin_full', 'keys_full') then '429'
    else '500' end;
begin
  raise exception using errcode = 'LP' || v_status, message = p_message, detail = p_code, hint = coalesce(p_hint, ''),
    column = case when p_retry_after_s is null then '' else greatest(1, ceil(p_retry_after_s))::text end;
end
$$;
