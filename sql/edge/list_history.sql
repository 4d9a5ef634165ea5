-- The command line's history: texts of the session's commands, newest first, each once, at most 50 of the last 5,000; `p_q` must be in them
-- and `p_prefix` be their beginning, whatever the case of the former. Texts of more than 4,096 characters are left out: nobody types those.
-- Raises unauthorized, not_found.
create or replace function limpet_edge.list_history(p_credential bytea, p_session text, p_q text default null, p_prefix text default null) returns jsonb
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
  k limpet.api_keys := limpet.authenticate(p_credential, 'read');
  v_id uuid := limpet.find_session(k, p_session);
begin
  if exists (select from limpet.sessions s where s.id = v_id and s.key_id <> k.id) then perform limpet.note_reading(k, v_id); end if;
  return (
    select coalesce(jsonb_agg(x.command order by x.seq desc), '[]')
    from (
      select c.command, max(c.seq) as seq
      from (select command, seq from limpet.commands where session_id = v_id order by seq desc limit 5000) c
      where length(c.command) <= 4096 and (p_q is null or strpos(lower(c.command), lower(p_q)) > 0)
        and (p_prefix is null or starts_with(c.command, p_prefix))
      group by c.command order by 2 desc limit 50
    ) x);
end
$$;
