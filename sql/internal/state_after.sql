-- What a shell of the session had after command `p_after` (0: at its beginning): the last state, directory and `$?` that were recorded until
-- then. `seq`: the command that left the state; 0 where it is the one the session began with. Called by fork_point and read_command_state.
-- Raises not_found where retention has removed what would say it.
create or replace function limpet.state_after(
  s limpet.sessions, p_after integer, out state_hash bytea, out seq integer, out cwd text, out exit_code integer
)
  language plpgsql as $$
begin
  select c.state_hash, c.seq into state_hash, seq from limpet.commands c
  where c.session_id = s.id and c.seq <= p_after and c.state_hash is not null order by c.seq desc limit 1;
  if not found then
    if (select count(*) from limpet.commands c where c.session_id = s.id and c.seq <= p_after) < p_after then
      perform limpet.fail('not_found', format('The state after command %s is no longer kept.', p_after), 'Name a later command.');
    end if;
    state_hash := s.start_state_hash;
    seq := 0;
  end if;
  select c.cwd into cwd from limpet.commands c
  where c.session_id = s.id and c.seq <= p_after and c.cwd is not null order by c.seq desc limit 1;
  if not found then cwd := s.initial_cwd; end if;
  select c.exit_code into exit_code from limpet.commands c
  where c.session_id = s.id and c.seq <= p_after and c.exit_code is not null order by c.seq desc limit 1;
  exit_code := coalesce(exit_code, s.start_exit_code);
end
$$;
