-- Stores the signed note of a checkpoint that this host has taken, with its root and its tiles. False where it has another note already, or
-- another host has taken it over: then nothing is stored, and the note must not leave the host. Repeating it is harmless.
create or replace function limpet_host.sign_checkpoint(
  p_incarnation uuid, p_number bigint, p_root bytea, p_tile_firsts uuid[], p_tiles bytea, p_note text, p_signed_by text
) returns boolean
  language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
  update limpet.checkpoints
  set root = p_root, tile_firsts = p_tile_firsts, tiles = p_tiles, note = p_note, signed_by = p_signed_by, signed_at = clock_timestamp()
  where number = p_number and note is null and taken_by = p_incarnation;
  return exists (select from limpet.checkpoints where number = p_number and note = p_note);
end
$$;
