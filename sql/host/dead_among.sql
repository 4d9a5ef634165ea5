-- Which of these incarnations the record has given up: what they left on a machine may be ended and removed. One that it does not know may
-- be another database's.
create or replace function limpet_host.dead_among(p_incarnations uuid[]) returns uuid[]
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return array(select incarnation from limpet.hosts where incarnation = any (p_incarnations) and state = 'dead' order by 1);
end
$$;
