-- POST /lock of the shelld surface: opens this key's shell, an ordinary session whose stderr goes into its stdout. Repeating the call with
-- the same id is harmless. Raises unauthorized, forbidden, already_locked, unrecoverable, too_many_sessions.
create or replace function limpet_edge.lock_shell(p_credential bytea, p_id uuid) returns void
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'execute');
  s limpet.sessions;
begin
  select * into s from limpet.sessions where key_id = k.id and shelld and closed_at is null;
  if s.id <> p_id and s.shell_problem is not null then
    perform limpet.fail('unrecoverable', 'The shell is in an unrecoverable state.', 'POST /unlock gives it up.');
  elsif s.id <> p_id then
    perform limpet.fail('already_locked', 'The shell is already locked.', 'POST /unlock ends it.');
  end if;
  perform limpet.new_session(k, p_id, jsonb_build_object('shelld', true, 'merge_output', true,
    'labels', jsonb_build_object('surface', 'shelld')), false, null, null);
end
$$;
