-- What a session's terminal shows now, in place of what it showed before. `p_screen` is ScreenContent in sql/contract.ts, or {"sealed": …}. Raises fenced.
create or replace function limpet_host.store_screen(p_incarnation uuid, p_session uuid, p_epoch integer, p_generation integer, p_screen jsonb) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  -- Without the session's lock, which its commands need: of two owners' screens the later owner's stays.
  if not exists (select from limpet.sessions where id = p_session and host_incarnation = p_incarnation and epoch = p_epoch) then
    perform limpet.fail('fenced', format('Session %s is no longer this host''s.', p_session), 'End its shell; its next owner restores the state.');
  end if;
  insert into limpet.screens as x (session_id, epoch, generation, content) values (p_session, p_epoch, p_generation, p_screen)
  on conflict (session_id) do update
  set epoch = excluded.epoch, generation = excluded.generation, content = excluded.content, updated_at = clock_timestamp()
  where x.epoch <= excluded.epoch;
  perform limpet.tell_of(p_session);
end
$$;
