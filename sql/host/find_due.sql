-- What a round of housekeeping would find (limpet.due), asked between two beats for as long as there is something, and by a host that sleeps.
create or replace function limpet_host.find_due() returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return limpet.due();
end
$$;
