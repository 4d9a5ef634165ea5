-- Drops those of these shell states to which nothing refers any more. Called by remove_commands and remove_session, which have deleted rows
-- that referred to them. Who is about to refer to one holds its row (store_state), and it stays.
create or replace function limpet.drop_states(p_hashes bytea[]) returns void
  language plpgsql as $$
declare
  v_mine bytea[] := array(select x.hash from limpet.shell_states x where x.hash = any (p_hashes) for update skip locked);
begin
  delete from limpet.shell_states x
  where x.hash = any (v_mine) and not exists (select from limpet.commands c where c.state_hash = x.hash)
    and not exists (select from limpet.sessions s where s.start_state_hash = x.hash);
end
$$;
