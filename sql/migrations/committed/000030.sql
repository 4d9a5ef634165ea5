--! Previous: sha1:0ed66a0cb7b27cbc36bd1188f3702969e0152e45
--! Hash: sha1:2ad347a7dde9f9ea7881beb6eb4349f415b22761

-- Whoever owns graphile-worker's functions can replace them, and they run within ours, with the rights of the tables' owner: so they are the owner's,
-- and hosts may only use them (sql/worker.sql).
do $$
begin
  execute format('reassign owned by limpet_host to %I', current_user);
end
$$;
