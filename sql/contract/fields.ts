/** Fields that many shapes have. */
import { z } from 'zod';

export const Id = z.uuid();
export const Time = z.iso.datetime({ offset: true });
export const Count = z.int().nonnegative();
