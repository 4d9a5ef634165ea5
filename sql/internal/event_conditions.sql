-- A filter of events (EventFilter in sql/audit.ts) as conditions on `e`: `p_walk` those that an index serves, and `p_check` those that are looked at
-- on the way. Values are quoted, so that the planner knows a kind that has an index. Called by event_walk.
create or replace function limpet.event_conditions(p_filter jsonb, out p_walk text, out p_check text)
  language plpgsql as $$
begin
  p_walk := concat_ws(' and ', 'true',
    'e.kind = ' || quote_literal(p_filter->>'kind'),
    'e.at_us < ' || (extract(epoch from (p_filter->>'before')::timestamptz) * 1000000)::bigint,
    'e.at_us > ' || (extract(epoch from (p_filter->>'after')::timestamptz) * 1000000)::bigint);
  p_check := concat_ws(' and ', 'true',
    'e.actor = ' || quote_literal(p_filter->>'actor'),
    'strpos(lower(e.kind || '' '' || e.actor || coalesce('' '' || e.payload, '''')), ' || quote_literal(lower(p_filter->>'q')) || ') > 0');
end
$$;
