/** `Prefer: wait=N`: how long a caller is willing to wait. Source: RFC 7240. */
import { z } from '@hono/zod-openapi';
import { limits } from '../sql/contract.ts';

/** The header, for a route's `request.headers`. */
export const PreferHeaders = z.object({
  prefer: z
    .string()
    .optional()
    .openapi({ description: `\`wait=N\`: seconds to wait for the end, at most ${limits.waitMsMax / 1000}` }),
});

/**
 * The wait in ms that a `Prefer` header asks for, at most `limits.waitMsMax`; undefined where it says nothing usable, since
 * a preference is never an error. The first `wait` counts. `respond-async` alone asks for no wait.
 */
export function preferredWaitMs(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const preferences = header.split(',').map((preference) => preference.split(';')[0]?.trim() ?? '');
  for (const preference of preferences) {
    const seconds = /^wait\s*=\s*"?\s*(\d{1,9}(?:\.\d{1,3})?)\s*"?$/i.exec(preference)?.[1];
    if (seconds !== undefined) return cappedWaitMs(Number(seconds) * 1000);
  }
  return preferences.some((preference) => /^respond-async$/i.test(preference)) ? 0 : undefined;
}

/** What of a wait is granted, in ms. */
export function cappedWaitMs(waitMs: number): number {
  return Math.min(Math.round(waitMs), limits.waitMsMax);
}

/** The value of `Preference-Applied` for a wait. */
export function appliedWait(waitMs: number): string {
  return `wait=${waitMs / 1000}`;
}
