/** The one statement that is not a call: hearing of commands that ended. */
import { endedChannel, type Query } from './contract.ts';

/** Has the connection behind `query` told of every command that ends. Needs a direct connection, not a transaction pooler's. */
export async function listenForEnds(query: Query): Promise<void> {
  await query(`listen ${endedChannel}`, []);
}
