--! Previous: sha1:fcc09f5cb53820a02a8404f03e193b7506b5105c
--! Hash: sha1:ed0cc65f447c2adc39862d8e792a40d72beae1a8

-- A session's secrets: variables of its shells that only a host with the encryption key can read (sql/contract/sealed.ts). They go when the
-- session is closed, whoever closes it.
alter table limpet.sessions add column secrets bytea;
create function limpet.drop_secrets() returns trigger
  language plpgsql as $$
begin
  new.secrets := null;
  return new;
end
$$;
create trigger sessions_drop_secrets before update of closed_at on limpet.sessions
  for each row when (new.closed_at is not null and new.secrets is not null) execute function limpet.drop_secrets();
