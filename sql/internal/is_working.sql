-- Whether any command runs or waits. Called by `limpet up` as the owner of the tables, before it ends for idleness.
create or replace function limpet.is_working() returns boolean
  language sql stable as $$
  select exists (select from limpet.commands where state in ('queued', 'running'))
$$;
