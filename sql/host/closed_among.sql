-- Which of these sessions are closed or unknown: a host may remove what it still keeps of them.
create or replace function limpet_host.closed_among(p_sessions uuid[]) returns uuid[]
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return array(
    select given.id from unnest(p_sessions) as given (id)
    where not exists (
      select from limpet.sessions s where s.id = given.id and (s.closed_at is null or s.host_incarnation is not null)));
end
$$;
