-- A filter of commands (CommandFilter in sql/edge.ts) as conditions on `c`: `p_walk` those that an index or the walk back in time serves, and
-- `p_check` those that are looked at on the way. `session_id` in the filter is the id of its session; `pending`: what has not ended, and
-- is not being ended. `p_owner` null: everybody's. Values are quoted. What a search looks at is written out, and no function: it is asked for
-- thousands of rows, and a call costs five times as much as the look; what wrote nothing has its own text alone. Called by command_walk, search_older and list_session_commands.
create or replace function limpet.command_conditions(p_owner uuid, p_filter jsonb, out p_walk text, out p_check text)
  language plpgsql as $$
begin
  p_walk := concat_ws(' and ', 'true',
    'c.owner_id = ' || quote_literal(p_owner),
    'c.session_id = ' || quote_literal(p_filter->>'session_id'),
    'c.state = ' || quote_literal(p_filter->>'state'),
    case when p_filter ? 'pending' then 'c.state in (''queued'', ''running'')' end,
    'c.exit_code = ' || quote_literal((p_filter->>'exit_code')::integer),
    'c.created_at < ' || quote_literal((p_filter->>'before')::timestamptz) || '::timestamptz',
    'c.created_at > ' || quote_literal((p_filter->>'after')::timestamptz) || '::timestamptz');
  p_check := concat_ws(' and ', 'true',
    'c.key_id = ' || quote_literal(limpet.parse_uuid(p_filter->>'key')),
    case when p_filter ? 'host' then format('c.host_incarnation = any (%L::uuid[])', limpet.incarnations(p_filter->>'host')) end,
    case when p_filter ? 'pending' then 'not exists (select from limpet.controls x where x.command_id = c.id and x.kind = ''end'')' end,
    format('case when c.stdout_bytes + c.stderr_bytes = 0 then lower(left(c.command, %s))
      else coalesce((select t.text from limpet.search_texts t where t.command_id = c.id), limpet.search_text(c)) end like ', limpet.setting('search_bytes'))
      || quote_literal(limpet.like_pattern(p_filter->>'q')));
end
$$;
