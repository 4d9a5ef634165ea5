-- What ended before this is no longer kept (limit.keep_ms); null where everything is. Called by all that retention does.
create or replace function limpet.kept_from() returns timestamptz
  language sql volatile as $$
  select clock_timestamp() - make_interval(secs => nullif(limpet.setting('keep_ms'), 0) / 1000.0)
$$;
