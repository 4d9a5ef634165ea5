-- Submits the next item of a replay as an ordinary command of its session, whose row the caller has locked. Returns null; the empty text
-- where no item is left; or why nothing more can be submitted. `p_after`: the command that has just ended; whoever ends it claims the
-- next or hints, so enqueue need not. Called by advance_replay, new_replay and replay_session.
create or replace function limpet.submit_replay_item(r limpet.replays, p_after uuid) returns text
  language plpgsql as $$
declare
  k limpet.api_keys;
  s limpet.sessions;
  i limpet.replay_items;
  v_id uuid := limpet.new_id();
begin
  select * into i from limpet.replay_items where replay_id = r.id and command_id is null order by seq limit 1;
  if not found then return ''; end if;
  select * into s from limpet.sessions where id = r.session_id;
  if s.closed_at is not null then return 'Its session was closed.'; end if;
  select * into strict k from limpet.api_keys where id = r.key_id;
  if k.revoked_at is not null or k.expires_at <= clock_timestamp() then return 'The key that asked for it is no longer valid.'; end if;
  s.running_command_id := p_after;
  begin
    perform limpet.enqueue(k, s, v_id, i.options || jsonb_build_object('command', i.command,
      'timeout_ms', least((i.options->>'timeout_ms')::bigint, k.timeout_ms_max)), null, null);
  exception when sqlstate 'LP403' or sqlstate 'LP429' then
    -- The command before it has ended all the same: what its key may not do stops the replay, and it can be resumed.
    return sqlerrm;
  end;
  if i.stdin is not null then update limpet.commands set stdin = i.stdin, stdin_seals = i.stdin_seals where id = v_id; end if;
  update limpet.replay_items set command_id = v_id, options = null, stdin = null, stdin_seals = null where replay_id = r.id and seq = i.seq;
  return null;
end
$$;
