-- What a key has used, its row locked until the call ends: two calls of one key cannot both take what is left for one. Only calls of keys
-- with a quota come here, after they have locked the session. Called by admit_session, admit_command and count_output.
create or replace function limpet.lock_key_use(p_key uuid) returns limpet.key_use
  language plpgsql as $$
declare
  u limpet.key_use;
begin
  select * into u from limpet.key_use where key_id = p_key for no key update;
  if not found then
    insert into limpet.key_use (key_id) values (p_key) on conflict do nothing;
    select * into u from limpet.key_use where key_id = p_key for no key update;
  end if;
  return u;
end
$$;
