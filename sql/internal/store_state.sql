-- Stores a shell state, unless the same one is stored already, and returns its hash. Its row is held until the transaction ends, so that
-- nobody drops it before something refers to it. Of a sealed one `p_hash` is what its host knows it by. Called by finish_command.
create or replace function limpet.store_state(p_state bytea, p_seal bytea default null, p_hash bytea default null) returns bytea
  language plpgsql as $$
declare
  v_hash bytea := coalesce(p_hash, sha256(p_state));
begin
  loop
    perform from limpet.shell_states where hash = v_hash for key share;
    exit when found;
    insert into limpet.shell_states (hash, content, seal) values (v_hash, p_state, p_seal) on conflict do nothing;
    exit when found;
  end loop;
  return v_hash;
end
$$;
