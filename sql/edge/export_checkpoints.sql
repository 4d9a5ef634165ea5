-- The next checkpoints of a bundle, from number `p_from` to `p_until`, at most `p_limit`: with the proofs of session `p_session` where its
-- head had moved, at the last one, and at `p_asked`; of the whole log (null, which scope admin may ask for) without. `next` is null
-- behind the last. Raises unauthorized, forbidden, not_found.
create or replace function limpet_edge.export_checkpoints(
  p_credential bytea, p_session uuid, p_from bigint, p_until bigint, p_asked bigint default null, p_limit integer default 100
) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, case when p_session is null then 'admin' else 'read' end);
  -- Who stood beside it is shown to those alone who may see every session.
  v_absence boolean := 'admin' = any (k.scopes);
  c limpet.checkpoints;
  v_lines text[] := '{}';
  v_proof text;
begin
  if p_session is not null then perform limpet.find_chain(k, p_session::text); end if;
  for c in
    select * from limpet.checkpoints where number between p_from and p_until and note is not null order by number limit p_limit
  loop
    v_lines := v_lines || json_build_object('type', 'checkpoint', 'number', c.number, 'note', c.note)::text;
    continue when p_session is null or not (c.number in (p_until, p_asked)
      or exists (select from limpet.checkpoint_heads where session_id = p_session and number = c.number));
    v_proof := limpet.proof_line(c, p_session, v_absence);
    if v_proof is not null then v_lines := v_lines || v_proof; end if;
  end loop;
  return jsonb_build_object('lines', to_jsonb(v_lines), 'next', case when c.number < p_until then c.number + 1 end);
end
$$;
