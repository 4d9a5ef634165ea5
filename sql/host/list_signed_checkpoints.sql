-- The signed checkpoints from number `p_from` on, oldest first: what a host keeps outside the database.
create or replace function limpet_host.list_signed_checkpoints(p_from bigint, p_limit integer default 100) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  return coalesce((
    select jsonb_agg(jsonb_build_object('number', c.number, 'note', c.note) order by c.number)
    from (select * from limpet.checkpoints where number >= p_from and note is not null order by number limit p_limit) c), '[]');
end
$$;
