/** Signs checkpoints while the host runs. What goes wrong is logged and tried again: no command waits for it. */

import type { Signer } from '../../audit/keys.ts';
import type { Log } from '../../sql/contract.ts';
import type { Due, HostCalls } from '../../sql/host.ts';
import type { AuditConfig } from './config.ts';
import { publishToFile, publishToWebhook, RecordChangedError } from './publish.ts';
import { signNext } from './sign.ts';

/** How often it is looked whether a checkpoint is due while commands end, of which enough events may come … */
const lookMs = 15_000;
/** … and while none do: for what else is recorded, and for the checkpoints of other hosts. */
const lookMsMax = 60_000;

/** What signing needs of a host. */
interface Signing {
  incarnation: string;
  calls: HostCalls;
  config: AuditConfig;
  signer: Signer;
  log: Log;
}

/** The rounds of signing. */
interface Checkpoints {
  /** A beat was told whether commands have ended. */
  hear(due: Pick<Due, 'ended'>): void;
  /** Resolves once no round is under way. */
  stop(): Promise<void>;
}

/** Starts the rounds. */
export function startCheckpoints(signing: Signing): Checkpoints {
  const { checkpointMs } = signing.config;
  let [lookedAt, dueAt, isBusy] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, false];
  const isTime = (now: number) => isBusy || now >= dueAt || now - lookedAt >= Math.min(lookMsMax, checkpointMs);
  const look = async (now: number) => {
    [lookedAt, dueAt, isBusy] = [now, Number.POSITIVE_INFINITY, false];
    const end = await checkpointRound(signing);
    if (end === 'signed') dueAt = performance.now() + checkpointMs;
    isBusy ||= end === 'failed';
  };
  signing.log('info', 'checkpoints_signed_by', {
    verifier: signing.signer.verifier.text,
    file: signing.config.file,
    message: 'Who keeps this public key, and checkpoints from that file, can prove the record: limpet audit verify.',
  });
  let round: Promise<void> | null = null;
  const timer = setInterval(
    () => {
      const now = performance.now();
      if (!isTime(now)) return;
      round ??= look(now).finally(() => {
        round = null;
      });
    },
    Math.min(lookMs, checkpointMs),
  );
  return {
    hear: ({ ended }) => {
      isBusy ||= ended;
    },
    stop: async () => {
      clearInterval(timer);
      await round;
    },
  };
}

/** One round: what is signed leaves the database before more is signed. Never rejects. */
async function checkpointRound({
  incarnation,
  calls,
  config,
  signer,
  log,
}: Signing): Promise<'signed' | 'nothing' | 'failed'> {
  const { file, webhook } = config;
  try {
    if (file) await publishToFile(calls, file);
    const signed = await signNext(calls, incarnation, signer, config);
    if (signed) log('info', 'checkpoint_signed', { number: signed.number });
    if (signed && file) await publishToFile(calls, file);
    if (file && webhook) await publishToWebhook(calls, file, webhook);
    return signed ? 'signed' : 'nothing';
  } catch (error) {
    const isChanged = error instanceof RecordChangedError;
    log(isChanged ? 'error' : 'warn', isChanged ? 'record_changed' : 'checkpoint_failed', { error });
    return 'failed';
  }
}
