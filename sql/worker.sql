-- Hosts work with graphile-worker's jobs, and own nothing of what adds them: its functions run within ours, with the rights of the tables' owner.
-- Run after its own migrations, each time; does something only where there is something new.
do $$
declare
  t record;
begin
  if not has_schema_privilege('limpet_host', 'graphile_worker', 'usage') then grant usage on schema graphile_worker to limpet_host; end if;
  for t in
    select c.oid::regclass as name, c.relkind, c.relrowsecurity
    from pg_class c
    where c.relnamespace = 'graphile_worker'::regnamespace and c.relkind in ('r', 'v', 'S')
      and not has_table_privilege('limpet_host', c.oid, 'update')
  loop
    if t.relkind = 'S' then
      execute format('grant usage, select, update on sequence %s to limpet_host', t.name);
    else
      execute format('grant select, insert, update, delete on %s to limpet_host', t.name);
    end if;
    -- It lets nobody else see its rows unless that is said.
    if t.relrowsecurity then
      execute format('drop policy if exists limpet_host on %s', t.name);
      execute format('create policy limpet_host on %s to limpet_host using (true) with check (true)', t.name);
    end if;
  end loop;
end
$$;
