/** The record that the tests of the verifier tamper with. */
import type { Event } from '../../audit/event.ts';
import { type Chain, Record } from './record.ts';

/** Three sessions, three checkpoints, and two events of the second session that none covers yet. */
export function example(): { record: Record; chain: Chain } {
  const record = new Record();
  const [first, chain] = [record.open(1), record.open(2)];
  for (let at = 0; at < 4; at += 1) record.append(chain, 'command.submitted', { at });
  record.checkpoint();
  record.open(3);
  for (let at = 0; at < 4; at += 1) record.append(chain, 'command.finished', { at });
  record.checkpoint();
  record.append(first, 'session.closed', {});
  record.checkpoint();
  for (let at = 0; at < 2; at += 1) record.append(chain, 'command.finished', { at });
  return { record, chain };
}

export const event = (chain: Chain, seq: number) => chain.events[seq - 1] as Event;
export const keys = (record: Record) => [record.signer.verifier];
export const lastNote = (record: Record) => record.snapshots.at(-1)?.note ?? '';
