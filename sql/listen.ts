/** The statements that are no calls: hearing of commands that ended, and of what changed in sessions that are watched. */
import { answersChannel, changedChannel, endedChannel, type Query } from './contract.ts';

/** Has the connection behind `query` told of every command that ends and every change that is watched for, and of what is answered under `secret`. Needs a direct connection, not a transaction pooler's. */
export async function listenForNews(query: Query, secret: string): Promise<void> {
  // First: of a connection Postgres shows the last statement.
  await query(`listen "${answersChannel(secret)}"`, []);
  await query(`listen ${endedChannel}`, []);
  await query(`listen ${changedChannel}`, []);
}
