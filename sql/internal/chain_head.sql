-- Where a chain ends, as its session's row (or the pseudo-session's) has it, and what stands before its first event. Called by check_chain.
create or replace function limpet.chain_head(p_session uuid, out seq bigint, out hash bytea, out genesis bytea)
  language plpgsql stable as $$
declare
  s limpet.sessions;
begin
  if p_session = '00000000-0000-0000-0000-000000000000' then
    select a.audit_seq, a.audit_hash, limpet.genesis_hash(p_session, 'epoch') into seq, hash, genesis from limpet.audit_system a;
  elsif p_session = '00000000-0000-0000-0000-000000000001' then
    select a.audit_seq, a.audit_hash, limpet.genesis_hash(p_session, 'epoch') into seq, hash, genesis from limpet.audit_readings a;
  else
    select * into s from limpet.sessions where id = p_session;
    seq := s.audit_seq;
    hash := s.audit_hash;
    genesis := case when s.forked_audit_hash is null then limpet.genesis_hash(s.id, s.created_at)
      else limpet.fork_genesis_hash(s.id, s.created_at, s.forked_from, s.forked_audit_seq, s.forked_audit_hash) end;
  end if;
end
$$;
