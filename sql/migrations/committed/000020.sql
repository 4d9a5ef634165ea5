--! Previous: sha1:1f2300ac2d219eca69f372b734b2ac4aa2b83aa3
--! Hash: sha1:100b599edd906fe778f17a7b0dda7f9beb8972f2

-- What shells write, leave and are given, sealed under a key that Postgres never sees (sql/contract/sealed.ts). The bytes keep their column and
-- their length, so that every offset stays what it was; `seal` names the key and has what opens them. Null: they are stored as they are.
alter table limpet.output add column seal bytea;
alter table limpet.late_output add column seal bytea;
alter table limpet.shell_states add column seal bytea;
alter table limpet.controls add column seal bytea;
-- Of input that came in pieces the seal of each, in their order: [{of: the command it was sealed for, bytes, seal: base64 or null}].
alter table limpet.commands add column stdin_seals jsonb;
alter table limpet.replay_items add column stdin_seals jsonb;

-- These take or give seals from now on.
drop function if exists limpet.stored_ends(uuid, integer, bigint, integer);
drop function if exists limpet.store_output(limpet.commands, integer[], bigint[], bigint[], bytea[]);
drop function if exists limpet.store_state(bytea);
drop function if exists limpet.add_input(limpet.sessions, limpet.commands, bytea, boolean);
drop function if exists limpet.add_control(limpet.sessions, uuid, text, text, bytea);
drop function if exists limpet.recorded_stdin(limpet.commands);
drop function if exists limpet_edge.read_output(bytea, uuid, text, bigint, bigint);
drop function if exists limpet_edge.read_recording(bytea, text, integer, bigint, integer);
drop function if exists limpet_edge.write_stdin(bytea, uuid, bytea, bigint, boolean);
drop function if exists limpet_edge.type_keys(bytea, text, jsonb);
drop function if exists limpet_host.append_output(uuid, uuid[], integer[], bigint[], bigint[], bytea[]);
drop function if exists limpet_host.append_late_output(uuid, uuid, integer, uuid, integer, bigint, bytea, bigint);
drop function if exists limpet_host.finish_command(uuid, uuid, integer, uuid, jsonb, bytea, uuid, integer[], bigint[], bigint[], bytea[]);
