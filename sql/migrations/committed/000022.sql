--! Previous: sha1:902296b42aaab4443fb09c1d1d5f012ebcc48f9b
--! Hash: sha1:67906f3bbc084cac93db77d5779ecab4dcacd67e

-- Pieces of output come as one value of bytes and their lengths: these functions are made anew, with other parameters.
drop function if exists limpet_host.append_output(uuid, uuid[], integer[], bigint[], bigint[], bytea[], bytea[]);
drop function if exists limpet_host.finish_command(uuid, uuid, integer, uuid, jsonb, bytea, uuid, integer[], bigint[], bigint[], bytea[], bytea[], bytea, bytea);
drop function if exists limpet.store_output(limpet.commands, integer[], bigint[], bigint[], bytea[], bytea[]);
