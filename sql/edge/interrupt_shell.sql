-- POST /kill of the shelld surface: Ctrl-C for what runs in this key's shell; what has not started yet never does.
-- Raises unauthorized, forbidden, not_locked.
create or replace function limpet_edge.interrupt_shell(p_credential bytea) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions := limpet.find_shell(k);
  c limpet.commands;
begin
  for c in select * from limpet.commands where session_id = s.id and state = 'queued' order by seq loop
    perform limpet.end_queued(c, 'cancelled', 'key:' || k.id);
  end loop;
  perform limpet.interrupt(k, s);
end
$$;
