-- POST /v1/commands/cancel: cancels what matches the filter and has not ended, at most `p_limit` a call, so that no session is locked for
-- long; `p_preview` only counts. Returns how many matched, and how many of these were cancelled. Repeating it is harmless.
-- Raises unauthorized, forbidden, not_found (session).
create or replace function limpet_edge.cancel_commands(p_credential bytea, p_filter jsonb, p_preview boolean default false, p_limit integer default 200) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  v_found record := limpet.find_commands(limpet.seen_owner(k), limpet.resolved_filter(k, p_filter - 'session_id') || '{"pending": true}', 2147483647, null, null, 3600000);
  v_cancelled integer := 0;
  r record;
begin
  if not p_preview then
    -- In the order of sessions, as whoever locks several does.
    for r in select c.id, c.session_id from limpet.commands c where c.id = any (v_found.ids[1:p_limit]) order by c.session_id, c.seq loop
      if limpet.cancel(k, r.session_id, r.id) then v_cancelled := v_cancelled + 1; end if;
    end loop;
  end if;
  return jsonb_build_object('matched', cardinality(v_found.ids), 'cancelled', v_cancelled);
end
$$;
