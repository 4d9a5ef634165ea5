/** Signs checkpoints while the host runs. What goes wrong is logged and tried again: no command waits for it. */

import type { Signer } from '../../audit/keys.ts';
import type { Log } from '../../sql/contract.ts';
import type { HostCalls } from '../../sql/host.ts';
import type { AuditConfig } from './config.ts';
import { publishToFile, publishToWebhook, RecordChangedError } from './publish.ts';
import { signNext } from './sign.ts';

/** How often it is looked whether a checkpoint is due. */
const lookMs = 15_000;

/** What signing needs of a host. */
export interface Signing {
  incarnation: string;
  calls: HostCalls;
  config: AuditConfig;
  signer: Signer;
  log: Log;
}

/** Starts the rounds; `stop` resolves once none is under way. */
export function startCheckpoints(signing: Signing): { stop(): Promise<void> } {
  signing.log('info', 'checkpoints_signed_by', {
    verifier: signing.signer.verifier.text,
    file: signing.config.file,
    message: 'Who keeps this public key, and checkpoints from that file, can prove the record: limpet audit verify.',
  });
  let round: Promise<void> | null = null;
  const timer = setInterval(
    () => {
      round ??= checkpointRound(signing).finally(() => {
        round = null;
      });
    },
    Math.min(lookMs, signing.config.checkpointMs),
  );
  return {
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}

/** One round: what is signed leaves the database before more is signed. Never rejects. */
export async function checkpointRound({ incarnation, calls, config, signer, log }: Signing): Promise<void> {
  const { file, webhook } = config;
  try {
    if (file) await publishToFile(calls, file);
    const signed = await signNext(calls, incarnation, signer, config);
    if (signed) log('info', 'checkpoint_signed', { number: signed.number });
    if (signed && file) await publishToFile(calls, file);
    if (file && webhook) await publishToWebhook(calls, file, webhook);
  } catch (error) {
    const isChanged = error instanceof RecordChangedError;
    log(isChanged ? 'error' : 'warn', isChanged ? 'record_changed' : 'checkpoint_failed', { error });
  }
}
