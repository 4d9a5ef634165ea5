-- A host takes a session that no host owns, if it has room (capacity is enforced here, in SQL): the epoch moves on. Asked again by its owner
-- it answers the same. Null where the session is closed, unknown or another's; {"refused": "no_room"} where the host is full, not live or of
-- another pool: then one that has room is told, or, where none has, the session waits for the sweep.
create or replace function limpet_host.adopt_session(p_incarnation uuid, p_session uuid) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  s limpet.sessions;
  v_other uuid;
begin
  select * into s from limpet.sessions where id = p_session for no key update;
  if s.host_incarnation is distinct from p_incarnation then
    if s.id is null or s.host_incarnation is not null or s.closed_at is not null then return null; end if;
    update limpet.hosts set sessions = sessions + 1
    where incarnation = p_incarnation and state = 'live' and lease_until > clock_timestamp() and sessions < capacity and pool = s.pool;
    if not found then
      v_other := limpet.host_with_room(s.pool, p_incarnation);
      if v_other is not null then perform limpet.hint(s.id, s.pool, v_other, 'placed:' || s.id, p_again => true); end if;
      return jsonb_build_object('refused', 'no_room');
    end if;
    update limpet.sessions
    set host_incarnation = p_incarnation, epoch = s.epoch + 1,
        audit_seq = s.audit_seq + 1,
        audit_hash = limpet.append_event(s.id, s.audit_seq + 1, s.audit_hash, 'session.adopted', 'host:' || p_incarnation,
          jsonb_build_object('epoch', s.epoch + 1))
    where id = s.id returning * into s;
  end if;
  return jsonb_build_object('session_id', s.id, 'epoch', s.epoch, 'generation', s.generation, 'closed', s.closed_at is not null,
    'cwd', coalesce(s.cwd, s.initial_cwd),
    'requested_cwd', case when s.state_hash is null and not exists (
      select from limpet.commands c where c.session_id = s.id and c.cwd is not null) then s.initial_cwd end,
    'env', s.environment, 'secrets', encode(s.secrets, 'base64'), 'tty', s.tty, 'merge_output', s.merge_output, 'cols', s.cols,
    'rows', s.rows, 'idle_timeout_ms', s.idle_timeout_ms, 'locked_by', case when s.shelld then s.key_id end,
    'sandbox', (select k.sandbox from limpet.api_keys k where k.id = s.key_id),
    'exit_code', coalesce((select c.exit_code from limpet.commands c
      where c.session_id = s.id and c.exit_code is not null order by c.seq desc limit 1), s.start_exit_code),
    'state_hash', encode(s.state_hash, 'hex'))
    || coalesce((select jsonb_build_object('state', encode(x.content, 'base64'), 'state_seal', encode(x.seal, 'base64'))
      from limpet.shell_states x where x.hash = s.state_hash), '{"state": null, "state_seal": null}');
end
$$;
