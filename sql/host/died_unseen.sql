-- The incarnations that died within the last day without anybody to say that their shells are gone: their companions died with them.
-- Every live host ends what it finds of them on its own machine.
create or replace function limpet_host.died_unseen() returns uuid[]
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return array(select incarnation from limpet.hosts
    where state = 'dead' and death_confirmed_at is null and died_at > clock_timestamp() - interval '1 day' order by 1);
end
$$;
