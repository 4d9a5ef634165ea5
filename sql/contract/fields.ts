/** Fields that many shapes have. */
import { z } from 'zod';

/** Of a session, a command or a key. */
export const Id = z.uuid();

/** RFC 3339, with its offset from UTC. */
export const Time = z.iso.datetime({ offset: true });

/** Of bytes, events or whatever else is counted. */
export const Count = z.int().nonnegative();
