-- The edge executes limpet_edge, the host limpet_host, and neither touches a table or an internal function.
revoke all on all functions in schema limpet, limpet_edge, limpet_host from public;
revoke all on all tables in schema limpet from public;
grant usage on schema limpet_edge to limpet_edge;
grant execute on all functions in schema limpet_edge to limpet_edge;
grant usage on schema limpet_host to limpet_host;
grant execute on all functions in schema limpet_host to limpet_host;
do $$
begin
  execute format('revoke create on database %I from limpet_host', current_database());
end
$$;
