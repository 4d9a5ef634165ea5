-- The SHA-256 of both streams, in hex; null where nothing was observed. Called by replay_json.
create or replace function limpet.digests_json(p_stdout bytea, p_stderr bytea) returns jsonb
  language sql immutable parallel safe as $$
  select case when p_stdout is not null then jsonb_build_object('stdout', encode(p_stdout, 'hex'), 'stderr', encode(p_stderr, 'hex')) end
$$;
