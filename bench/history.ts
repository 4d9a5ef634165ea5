/** A long history, made by the database itself: what growth costs is measured on it. */
import type pg from 'pg';

const perStatement = 50_000;

/**
 * Gives a session this many commands that have ended, as old as they are many, and has search find them. They have no events:
 * the record's own growth is one row of an index for each.
 */
export async function seedCommands(database: pg.Client, session: string, count: number): Promise<void> {
  for (let done = 0; done < count; done += perStatement) {
    const some = Math.min(perStatement, count - done);
    await database.query(
      `insert into limpet.commands (id, session_id, seq, owner_id, key_id, command, max_output, state, exit_code, attempt, created_at,
         started_at, finished_at, cwd)
       select gen_random_uuid(), s.id, s.next_seq + n, s.owner_id, s.key_id, 'echo seeded ' || s.next_seq + n, 0, 'exited',
         case when n % 50 = 0 then 1 else 0 end, gen_random_uuid(), at, at, at, '/tmp'
       from limpet.sessions s, generate_series(0, $2::integer - 1) n,
         lateral (select clock_timestamp() - interval '30 days' + make_interval(secs => s.next_seq + n) as at) t
       where s.id = $1`,
      [session, some],
    );
    await database.query(
      `insert into limpet.search_texts (command_id, text)
       select c.id, lower(c.command) from limpet.commands c, limpet.sessions s
       where s.id = $1 and c.session_id = s.id and c.seq >= s.next_seq and c.seq < s.next_seq + $2`,
      [session, some],
    );
    await database.query('update limpet.sessions set next_seq = next_seq + $2 where id = $1', [session, some]);
  }
  await settle(database);
}

/** Does what hosts and Postgres' own vacuum would have done behind so many commands. */
async function settle(database: pg.Client): Promise<void> {
  for (let folded = perStatement; folded === perStatement; ) {
    const { rows } = await database.query<{ folded: number }>('select limpet_host.fold_usage($1) as folded', [
      perStatement,
    ]);
    folded = rows[0]?.folded ?? 0;
  }
  await database.query('vacuum analyze limpet.search_texts, limpet.usage_changes, limpet.commands');
}

/** Gives the record of a session this many events, of which no chain is made: they are only listed and searched. */
export async function seedEvents(database: pg.Client, session: string, count: number): Promise<void> {
  await database.query(
    `insert into limpet.events (session_id, seq, at_us, kind, actor, payload, payload_hash, prev, hash)
     select $1, s.audit_seq + n, (extract(epoch from clock_timestamp()) - ($2::integer - n)) * 1000000, case n % 3 when 0 then 'command.submitted'
       when 1 then 'command.started' else 'command.finished' end, 'key:' || s.key_id, format('{"seq":%s}', n), '', '', ''
     from limpet.sessions s, generate_series(1, $2::integer) n where s.id = $1`,
    [session, count],
  );
  await database.query('update limpet.sessions set audit_seq = audit_seq + $2 where id = $1', [session, count]);
}
