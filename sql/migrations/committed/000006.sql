--! Previous: sha1:bdc3da4d57b8cc57035ea616db7ef01b750cc15d
--! Hash: sha1:6fc6a279bfc6771c0e4b7baf7c9995ee5a343c36

/*
 * Forks. A session may begin where another one stood: `start_state_hash` and `start_exit_code` are what its first shell begins with,
 * null where it begins with nothing. Its chain's genesis embeds one event of the parent's (sql/internal/fork_genesis_hash.sql).
 */
alter table limpet.sessions
  add column forked_audit_seq bigint,
  add column forked_audit_hash bytea,
  add column start_state_hash bytea references limpet.shell_states,
  add column start_exit_code integer,
  add constraint sessions_fork_check check ((forked_from is null) = (forked_audit_hash is null));

-- The session's directory when the command started; `cwd` is the one after it.
alter table limpet.commands add column started_cwd text;
