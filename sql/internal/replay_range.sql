-- The range of a replay of `s`, whose row the caller has locked: what was asked for, or all that has ended. Called by replay_session.
-- Raises not_found, session_busy, too_large.
create or replace function limpet.replay_range(s limpet.sessions, inout p_from integer, inout p_to integer)
  language plpgsql as $$
declare
  v_ended integer := limpet.ended_until(s);
  v_kept integer;
begin
  p_from := coalesce(p_from, 1);
  p_to := coalesce(p_to, v_ended);
  if greatest(p_from, p_to) >= s.next_seq or p_to < 1 then
    perform limpet.fail('not_found', case when s.next_seq = 1 then 'This session has no commands.'
      else format('This session has no command %s; its last is %s.', greatest(p_from, p_to), s.next_seq - 1) end, 'Name commands that it has.');
  elsif greatest(p_from, p_to) > v_ended then
    perform limpet.fail('session_busy', format('Command %s has not ended, so there is nothing to compare with.', greatest(p_from, p_to)),
      format('Wait for it, or replay up to command %s.', v_ended));
  elsif p_to - p_from >= limpet.setting('replay_items_max') then
    perform limpet.fail('too_large', format('Above the limit "limit.replay_items_max" of %s commands of a replay.', limpet.setting('replay_items_max')), 'Replay in parts.');
  end if;
  select min(c.seq) into v_kept from limpet.commands c where c.session_id = s.id and c.seq >= p_from;
  if v_kept is distinct from p_from then
    perform limpet.fail('not_found', format('Command %s is no longer kept.', p_from),
      case when v_kept is null then 'Nothing of this session is.' else format('Replay from command %s on.', v_kept) end);
  end if;
end
$$;
