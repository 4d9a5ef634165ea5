--! Previous: sha1:355b8b3dbf4435cc15c3d9deba6f089c76afc532
--! Hash: sha1:3b374757205e6ab4831b8b11db0f3b5dfd7cdbd0

-- A key may ask for shells that a template holds, too.
alter table limpet.api_keys drop constraint api_keys_sandbox_check, add constraint api_keys_sandbox_check check (sandbox in ('none', 'account', 'bubblewrap', 'template'));
