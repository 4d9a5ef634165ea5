import type { Log } from '../../sql/contract.ts';

/** For parts that log while a test is not about their logs. */
export const silent: Log = () => {};
