-- Has a replay that stopped go on behind its last item, in its session, if nothing else has happened there; returns whether it does.
-- `p_stop`: whether it stops at the next difference. Locks the replay's session, which is younger than its source.
-- Called by replay_session.
create or replace function limpet.resume_replay(p_key limpet.api_keys, p_replay uuid, p_session uuid, p_stop boolean) returns boolean
  language plpgsql as $$
declare
  s limpet.sessions;
  r limpet.replays;
  v_reason text;
begin
  select * into s from limpet.sessions where id = p_session for no key update;
  select * into r from limpet.replays where id = p_replay for no key update;
  if r.state <> 'stopped' then return true; end if;
  if s.closed_at is not null or not exists (select from limpet.commands c join limpet.replay_items i on i.command_id = c.id
      where c.session_id = s.id and c.seq = s.next_seq - 1) then
    return false;
  end if;
  update limpet.replays set state = 'running', reason = null, finished_at = null, key_id = p_key.id, stop_on_difference = p_stop
  where id = r.id returning * into r;
  perform limpet.append_session_event(s.id, 'replay.resumed', 'key:' || p_key.id, jsonb_build_object('replay_id', r.id));
  v_reason := limpet.submit_replay_item(r, null);
  if v_reason is not null then perform limpet.end_replay(r, nullif(v_reason, '')); end if;
  return true;
end
$$;
