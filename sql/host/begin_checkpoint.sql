-- Takes the next checkpoint if one is due: `p_after_events` events since the last one, or any after `p_after_ms`. All heads and both counts are
-- of one statement's snapshot. What somebody else took and left unsigned is handed out again once their time is over. Null where
-- none is due, or another host has it. The answer is TakenCheckpoint in sql/audit.ts; the host reads its tiles, signs it and stores the note.
create or replace function limpet_host.begin_checkpoint(p_incarnation uuid, p_after_events bigint, p_after_ms bigint) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  -- Whoever signs has this long.
  c_turn constant interval := '1 minute';
  c limpet.checkpoints;
begin
  perform limpet.flush_readings();
  perform from limpet.audit_turn for update skip locked;
  if not found then return null; end if;
  select * into c from limpet.checkpoints where note is null;
  if found and c.taken_by <> p_incarnation and c.taken_until > clock_timestamp() then
    return null;
  elsif found then
    update limpet.checkpoints set taken_by = p_incarnation, taken_until = clock_timestamp() + c_turn where number = c.number returning * into c;
  else
    c := limpet.take_checkpoint(p_incarnation, c_turn, p_after_events, p_after_ms);
    if c.number is null then return null; end if;
  end if;
  return jsonb_build_object('log', (select value from limpet.settings where name = 'audit.log'), 'number', c.number,
    'taken_at_us', c.taken_at_us, 'heads', c.heads, 'events', c.events,
    'previous', (select p.note from limpet.checkpoints p where p.number = c.number - 1));
end
$$;
