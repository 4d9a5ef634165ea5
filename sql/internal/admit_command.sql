-- Refuses a command where as many of the key's wait as may (too_many_queued), where the key has sent as many as it may a minute
-- (too_many_commands), or its commands have written as much as they may today (output_spent); else counts it. Called by enqueue for keys with
-- a quota, under the session's lock.
create or replace function limpet.admit_command(k limpet.api_keys) returns void
  language plpgsql as $$
declare
  u limpet.key_use := limpet.lock_key_use(k.id);
begin
  if (select count(*) from limpet.commands c where c.key_id = k.id and c.state = 'queued') >= k.queued_commands_max then
    perform limpet.fail('too_many_queued', format('Above the limit "queued_commands" of %s commands of this key that wait.', k.queued_commands_max),
      'Wait until some have run, or cancel some.');
  end if;
  if limpet.output_room(k, u) = 0 then
    perform limpet.fail('output_spent', format('Above the limit "output_bytes_per_day" of %s bytes that the commands of this key write a day.',
      k.output_bytes_per_day_max),
      'The day ends at midnight UTC. What is stored can still be read.',
      extract(epoch from date_trunc('day', clock_timestamp(), 'UTC') + interval '1 day' - clock_timestamp()));
  end if;
  if k.commands_per_minute_max is not null then perform limpet.pace_command(k, u); end if;
end
$$;
