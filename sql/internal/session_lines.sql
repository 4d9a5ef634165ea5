-- The lines of a bundle (audit/bundle.ts) for some sessions: each with its creation, its tombstone, its events after `p_after` up to
-- `p_until`, and behind these the heads that the checkpoints up to `p_newest` covered. Where `p_after` is not null, the session has
-- begun and only what follows is told. `place` is their order. Called by export_events and export_sessions.
create or replace function limpet.session_lines(p_sessions uuid[], p_after bigint, p_until bigint, p_newest bigint)
  returns table (session_id uuid, place bigint[], line text)
  language sql stable as $$
  select i.id, array[-2, 0, 0], json_build_object('type', 'session', 'session_id', i.id,
      'created_at_us', case when i.id < '00000000-0000-0000-0000-000000000002' then 0
                            else (extract(epoch from s.created_at) * 1000000)::bigint end,
      'parent', case when s.forked_audit_seq is not null then json_build_object('session_id', s.forked_from, 'seq', s.forked_audit_seq,
        'hash', encode(s.forked_audit_hash, 'hex')) end)::text
  from unnest(p_sessions) as i (id) left join limpet.sessions s on s.id = i.id
  where p_after is null
  union all
  select i.id, array[-1, 0, 0], json_build_object('type', 'tombstone', 'session_id', i.id, 'note', t.note)::text
  from unnest(p_sessions) as i (id) cross join lateral (
    select x.note from limpet.tombstones x where x.session_id = i.id order by x.seq desc limit 1) t
  where p_after is null
  union all
  select e.session_id, array[e.seq, 0, 0], limpet.event_line(e)
  from limpet.events e
  where e.session_id = any (p_sessions) and e.seq > coalesce(p_after, 0) and e.seq <= p_until
  union all
  select h.session_id, array[h.seq, 1, h.number], json_build_object('type', 'head', 'session_id', h.session_id, 'number', h.number,
    'seq', h.seq, 'hash', encode(h.hash, 'hex'))::text
  from limpet.checkpoint_heads h
  where h.session_id = any (p_sessions) and h.seq > coalesce(p_after, 0) and h.seq <= p_until and h.number <= p_newest
$$;
