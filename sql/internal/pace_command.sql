-- Counts a command against the key's commands a minute, or refuses it (too_many_commands): each takes its share of a minute, and as many as
-- a minute has may come at once. So a burst is possible after a pause, and the rate holds in the long run. Called by admit_command, which has
-- locked `u`.
create or replace function limpet.pace_command(k limpet.api_keys, u limpet.key_use) returns void
  language plpgsql as $$
declare
  v_now timestamptz := clock_timestamp();
  -- Rounded down, so that the last of a minute's commands still fits.
  v_share interval := make_interval(secs => floor(60000000.0 / k.commands_per_minute_max) / 1000000);
  v_until timestamptz := greatest(u.paced_until, v_now) + v_share;
begin
  if v_until > v_now + interval '1 minute' then
    perform limpet.fail('too_many_commands', format('Above the limit "commands_per_minute" of %s commands of this key a minute.', k.commands_per_minute_max),
      'Retry-After says when the next one may come.', extract(epoch from v_until - v_now - interval '1 minute'));
  end if;
  update limpet.key_use set paced_until = v_until where key_id = k.id;
end
$$;
