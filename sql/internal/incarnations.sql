-- The starts of hosts of this name, those that have ended included; empty where there was none. Called by command_conditions and command_walk.
create or replace function limpet.incarnations(p_host text) returns uuid[]
  language sql stable as $$
  select coalesce(array_agg(h.incarnation), '{}') from limpet.hosts h where h.name = p_host
$$;
