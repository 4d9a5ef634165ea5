-- A line of a bundle (audit/bundle.ts) that shows a session at a signed checkpoint: its head's way to the root, or, if `p_absence`, that it
-- had none: the two heads between which it would be. Null where it had none and that is not to be shown.
create or replace function limpet.proof_line(c limpet.checkpoints, p_session uuid, p_absence boolean) returns text
  language plpgsql stable as $$
declare
  v_place record := limpet.leaf_place(c, p_session);
begin
  if v_place.is_there then
    return jsonb_build_object('type', 'proof', 'number', c.number) || limpet.leaf_proof(c, v_place.index);
  elsif p_absence then
    return jsonb_build_object('type', 'absence', 'number', c.number, 'session_id', p_session,
      'before', limpet.leaf_proof(c, v_place.index - 1), 'after', limpet.leaf_proof(c, v_place.index));
  end if;
  return null;
end
$$;
