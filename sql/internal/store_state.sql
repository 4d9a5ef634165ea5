-- Stores a shell state under its hash, unless it is stored already. Its row is held until the transaction ends, so that nobody drops it before
-- something refers to it. Of a sealed one the hash is what its host knows it by. Called by finish_command.
create or replace function limpet.store_state(p_state bytea, p_seal bytea, p_hash bytea) returns void
  language plpgsql as $$
begin
  loop
    perform from limpet.shell_states where hash = p_hash for key share;
    exit when found;
    insert into limpet.shell_states (hash, content, seal) values (p_hash, p_state, p_seal) on conflict do nothing;
    exit when found;
  end loop;
end
$$;
