-- Whether a host's shells are surely gone: its companion said so, or it ended them when it missed its deadline.
-- Before that nothing of it is given to another host.
create or replace function limpet.may_be_buried(h limpet.hosts) returns boolean
  language plpgsql as $$
begin
  return h.death_confirmed_at is not null
    or h.beat_at < clock_timestamp() - make_interval(secs => limpet.setting('fence_after_ms') / 1000.0);
end
$$;
