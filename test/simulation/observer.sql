-- What the simulation sees of every transaction, also of states that no reader would catch: faults are rows here, written in the very
-- transaction that commits them.
create schema simulation;
create table simulation.faults (id bigint generated always as identity, kind text not null, detail text not null);
-- Of the hints, so many percent are lost.
create table simulation.hints (lost_percent integer not null);
insert into simulation.hints values (0);

create function simulation.tell(p_kind text, p_detail text) returns void
  language sql as $$ insert into simulation.faults (kind, detail) values (p_kind, p_detail) $$;

create function simulation.watch_command() returns trigger
  language plpgsql security definer as $$
begin
  if old.state not in ('queued', 'running') then
    if row(old.state, old.attempt, old.exit_code, old.signal, old.cwd, old.finished_at, old.state_hash, old.stdout_bytes,
        old.stderr_bytes, old.dropped_bytes, old.stdout_sha256, old.stderr_sha256)
      is distinct from row(new.state, new.attempt, new.exit_code, new.signal, new.cwd, new.finished_at, new.state_hash, new.stdout_bytes,
        new.stderr_bytes, new.dropped_bytes, new.stdout_sha256, new.stderr_sha256) then
      perform simulation.tell('left_final_state', format('%s was %s, is %s', new.id, old.state, new.state));
    end if;
    return null;
  end if;
  if old.state = 'running' and new.state = 'queued' then perform simulation.tell('requeued', new.id::text); end if;
  if old.attempt is not null and new.attempt is distinct from old.attempt then
    perform simulation.tell('second_attempt', new.id::text);
  end if;
  if new.stdout_bytes < old.stdout_bytes or new.stderr_bytes < old.stderr_bytes then
    perform simulation.tell('output_rewritten', new.id || ' shrank');
  end if;
  if old.state = 'queued' and new.state = 'running' and exists (select from limpet.commands c
      where c.session_id = new.session_id and c.id <> new.id
        and (c.state = 'running' or (c.state = 'queued' and c.seq < new.seq) or (c.seq > new.seq and c.attempt is not null))) then
    perform simulation.tell('out_of_order', new.id::text);
  end if;
  return null;
end
$$;
create trigger simulation_watch after update on limpet.commands for each row execute function simulation.watch_command();

-- What must never happen to a row: its trigger says which fault that is.
create function simulation.tell_change() returns trigger
  language plpgsql security definer as $$
begin
  perform simulation.tell(tg_argv[0], format('%s: %s to %s', tg_table_name, to_jsonb(old), to_jsonb(new)));
  return null;
end
$$;
create trigger simulation_watch after update or delete on limpet.output for each row execute function simulation.tell_change('output_rewritten');
create trigger simulation_watch after update on limpet.sessions for each row
  when (new.epoch < old.epoch or new.generation < old.generation or new.next_seq < old.next_seq or new.audit_seq < old.audit_seq
    or (old.closed_at is not null and new.closed_at is null))
  execute function simulation.tell_change('went_back');

-- What a host does to a session is an event with its name; adoption is written before the session is its own.
create function simulation.watch_event() returns trigger
  language plpgsql security definer as $$
begin
  if new.actor like 'host:%' and new.kind <> 'session.adopted' and exists (select from limpet.sessions s
      where s.id = new.session_id and 'host:' || s.host_incarnation is distinct from new.actor) then
    perform simulation.tell('written_by_stranger', format('%s wrote %s to session %s', new.actor, new.kind, new.session_id));
  end if;
  return null;
end
$$;
create trigger simulation_watch after insert on limpet.events for each row execute function simulation.watch_event();

create function simulation.lose_hint() returns trigger
  language plpgsql security definer as $$
begin
  if random() * 100 < (select lost_percent from simulation.hints) then
    delete from graphile_worker._private_jobs where id = new.id;
  end if;
  return null;
end
$$;
create trigger simulation_lose after insert on graphile_worker._private_jobs for each row execute function simulation.lose_hint();

-- Every step asks this: what was seen so far, and what can be seen at any moment.
create function simulation.seen() returns table (kind text, detail text)
  language sql as $$
  select f.kind, f.detail from simulation.faults f
  union all
  select 'over_capacity', h.name || ' ' || h.incarnation from limpet.hosts h where h.sessions > h.capacity
  union all
  select 'miscounted', format('session %s says %s queued', s.id, s.queued) from limpet.sessions s
  where s.closed_at is null and s.queued <> (select count(*) from limpet.commands c where c.session_id = s.id and c.state = 'queued')
$$;
