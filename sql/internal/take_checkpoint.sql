-- Takes the checkpoint after the newest if it is due (see begin_checkpoint, which calls it and holds limpet.audit_turn): all heads that have
-- moved since, from one snapshot. Null where none is due, or nothing has moved.
create or replace function limpet.take_checkpoint(
  p_incarnation uuid, p_turn interval, p_after_events bigint, p_after_ms bigint
) returns limpet.checkpoints
  language plpgsql as $$
declare
  -- An event has its time before it is committed: longer than any call may take.
  c_margin_us constant bigint := 60000000;
  -- Every so often all sessions are looked at, for what took longer all the same.
  c_whole constant integer := 100;
  l limpet.checkpoints;
  c limpet.checkpoints;
  v_now_us bigint := (extract(epoch from clock_timestamp()) * 1000000)::bigint;
  v_since_us bigint;
  v_new bigint;
begin
  select * into l from limpet.checkpoints order by number desc limit 1;
  v_since_us := coalesce(l.taken_at_us - c_margin_us, 0);
  select count(*) into v_new from (select from limpet.events where at_us > v_since_us limit p_after_events) e;
  if v_new = 0 or (v_new < p_after_events and v_now_us - l.taken_at_us < p_after_ms * 1000) then return null; end if;
  if l.number % c_whole = 0 then v_since_us := 0; end if;
  with moved as (
    select n.session_id, n.seq, n.hash, h.seq as old_seq
    from limpet.heads_since(v_since_us) n left join limpet.heads h on h.session_id = n.session_id
    where (h.seq, h.hash) is distinct from (n.seq, n.hash)
  ), history as (
    insert into limpet.checkpoint_heads (session_id, number, seq, hash)
    select session_id, coalesce(l.number, 0) + 1, seq, hash from moved
  ), newest as (
    insert into limpet.heads (session_id, seq, hash, number)
    select session_id, seq, hash, coalesce(l.number, 0) + 1 from moved
    on conflict (session_id) do update set seq = excluded.seq, hash = excluded.hash, number = excluded.number
  )
  insert into limpet.checkpoints (number, taken_at_us, taken_by, taken_until, heads, events)
  select coalesce(l.number, 0) + 1, v_now_us, p_incarnation, clock_timestamp() + p_turn,
         coalesce(l.heads, 0) + count(*) filter (where old_seq is null), coalesce(l.events, 0) + sum(seq - coalesce(old_seq, 0))
  from moved having count(*) > 0
  returning * into c;
  return c;
end
$$;
