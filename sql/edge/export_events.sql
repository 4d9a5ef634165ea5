-- The next lines of one session in a bundle: its events after `p_after` (null: from its beginning) up to `p_until`, at most `p_limit`, with
-- the heads of the checkpoints up to `p_newest` behind them. `next` is what to go on after; null behind the last.
-- Raises unauthorized, not_found.
create or replace function limpet_edge.export_events(
  p_credential bytea, p_session uuid, p_after bigint, p_until bigint, p_newest bigint default 0, p_limit integer default 1000
) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  v_id uuid := limpet.find_chain(limpet.authenticate(p_credential, 'read'), p_session::text);
  v_first bigint;
  v_until bigint;
begin
  select min(seq) into v_first from limpet.events where session_id = v_id and seq > coalesce(p_after, 0);
  v_until := least(p_until, coalesce(v_first, p_until) + p_limit - 1);
  return jsonb_build_object(
    'lines', (select coalesce(jsonb_agg(l.line order by l.place), '[]') from limpet.session_lines(array[v_id], p_after, v_until, p_newest) l),
    'next', case when v_until < p_until then v_until end);
end
$$;
