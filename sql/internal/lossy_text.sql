-- Bytes as text: UTF-8 where they are, without what is cut off at either end; else each byte that is no text as \ooo. Called by search_text.
create or replace function limpet.lossy_text(p_bytes bytea) returns text
  language plpgsql immutable parallel safe as $$
begin
  for i in 1 .. 3 loop
    exit when octet_length(p_bytes) = 0 or get_byte(p_bytes, 0) not between 128 and 191;
    p_bytes := substr(p_bytes, 2);
  end loop;
  for i in 0 .. least(3, octet_length(p_bytes)) loop
    begin
      return convert_from(substr(p_bytes, 1, octet_length(p_bytes) - i), 'UTF8');
    exception when character_not_in_repertoire then null;
    end;
  end loop;
  return encode(p_bytes, 'escape');
end
$$;
