--! Previous: sha1:ed0cc65f447c2adc39862d8e792a40d72beae1a8
--! Hash: sha1:3083dddfb28d8e480bb1649bfc6ec3a239847f4d

-- It takes no session any more: what holds for every key is asked without a call.
drop function if exists limpet.admit_command(limpet.api_keys, limpet.sessions);
