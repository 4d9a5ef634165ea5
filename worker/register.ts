/** The first word of a host: its name, taken over from a former process of that name once that is surely gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log, Sandbox } from '../sql/contract.ts';
import type { HostCalls } from '../sql/host.ts';
import type { HostConfig } from './config.ts';
import { untilAnswered } from './database.ts';
import type { Lease } from './lease.ts';
import { type Times, type ToldTimes, timesOf } from './times.ts';

/** A former process of the same name is reported dead within a second or two, or its lease is over after ten. */
const nameWaitMs = 15_000;
const nameRetryMs = 250;

/**
 * Registers this incarnation and begins its lease. Throws where a live host keeps the name, and where the times that the
 * record tells cannot be kept.
 */
export async function register(
  calls: HostCalls,
  incarnation: string,
  config: HostConfig & { told: Sandbox },
  lease: Lease,
  log: Log,
): Promise<Times> {
  const { name, pool, capacity, version, told: sandbox } = config;
  const until = lease.now() + nameWaitMs;
  for (;;) {
    const sentAt = lease.now();
    try {
      const answer = await untilAnswered(
        () => calls.registerHost(incarnation, { name, pool, capacity, version, sandbox }),
        log,
      );
      lease.renewed(sentAt, answer.lease_ms);
      return await timesOrDeath(calls, incarnation, answer, config.graceMs);
    } catch (error) {
      if ((error as { detail?: unknown }).detail !== 'host_name_taken' || lease.now() > until) throw error;
      log('info', 'host_name_taken', { host: name });
      await sleep(nameRetryMs);
    }
  }
}

/** A host that cannot keep its times leaves at once, and its name with it. */
async function timesOrDeath(calls: HostCalls, incarnation: string, told: ToldTimes, graceMs: number): Promise<Times> {
  try {
    return timesOf(told, graceMs);
  } catch (error) {
    await calls.confirmDeath(incarnation);
    throw error;
  }
}
