-- What retention would remove now if commands were kept for `p_keep_ms` (null: as it is set; 0: for ever), without removing it. Sessions are those
-- that are closed and would be left with nothing. Called by the operator (sql/admin.ts); it looks at everything that has ended before.
create or replace function limpet.retention_due(p_keep_ms bigint default null) returns jsonb
  language plpgsql as $$
declare
  v_keep_ms bigint := coalesce(p_keep_ms, limpet.setting('keep_ms'));
  v_before timestamptz := clock_timestamp() - make_interval(secs => nullif(v_keep_ms, 0) / 1000.0);
begin
  return (
    with due as (
      select c.id, c.session_id, limpet.stored_bytes(c) as bytes from limpet.commands c join limpet.sessions s on s.id = c.session_id
      where c.finished_at < v_before and not limpet.is_needed(c, s)
    ), emptied as (
      select s.id from limpet.sessions s
      where s.closed_at < v_before and s.host_incarnation is null
        and not exists (select from limpet.commands c where c.session_id = s.id and not exists (select from due d where d.id = c.id))
        and not exists (select from limpet.sessions f where f.forked_from = s.id)
        and not exists (select from limpet.replays r where r.source_session_id = s.id and r.session_id <> s.id)
    )
    select jsonb_build_object('keep_ms', limpet.setting('keep_ms'), 'commands', (select count(*) from due),
      'bytes', (select coalesce(sum(bytes), 0) from due), 'sessions', (select count(*) from emptied)));
end
$$;
