/** The forms that make and change keys: from their fields to what the calls take. An empty field is no limit. */
import { z } from '@hono/zod-openapi';
import { limits, Scope } from '../../sql/contract.ts';
import type { KeyChange, KeyOptions } from '../../sql/edge.ts';
import type { EdgeContext } from '../edge.ts';
import { Label } from '../fields.ts';
import { keyLimitFields, keyLimits } from '../keyLimits.ts';
import { Problem } from '../problem.ts';

const dayMs = 86_400_000;
/** As on the command line. */
const units: Record<string, number> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

const Given = z.object({
  name: Label,
  owner: Label.optional(),
  scopes: z.array(Scope).min(1, { error: 'Must have one at least' }).optional(),
  expires: z.iso.date().optional(),
  ...keyLimitFields,
});

/** What the form for a new key asks for. */
export async function newKeyOf(c: EdgeContext): Promise<KeyOptions> {
  const fields = await c.req.parseBody({ all: true });
  const { name, owner, scopes = [], expires, ...given } = parse({ ...fields, scopes: [fields.scopes ?? []].flat() });
  return { name, owner, scopes, expires_at: expires && endOf(expires), limits: keyLimits(given) };
}

/** What the form of a key asks for: all that it shows, so what is empty there is taken away. */
export async function keyChangeOf(c: EdgeContext): Promise<KeyChange> {
  const fields = await c.req.parseBody();
  const { name, expires, ...given } = parse(fields);
  // The field has a day, the key a time: what nobody touched stays as it is.
  const isSame = (expires ?? '') === fields.expires_shown;
  return { name, ...(!isSame && { expires_at: expires ? endOf(expires) : null }), limits: keyLimits(given) };
}

/** How long the old secret is still taken, in ms. */
export async function graceOf(c: EdgeContext): Promise<number> {
  const seconds = Number((await c.req.parseBody()).grace);
  if (Number.isInteger(seconds) && seconds >= 0 && seconds * 1000 <= limits.rotationGraceMsMax) return seconds * 1000;
  throw new Problem('invalid', `The grace has at most ${limits.rotationGraceMsMax / 1000} s (rotationGraceMsMax).`);
}

function parse(fields: Record<string, unknown>): z.output<typeof Given> {
  const text = (name: string) => (typeof fields[name] === 'string' ? fields[name].trim() : '');
  const number = (name: string) => (text(name) === '' ? null : Number(text(name)));
  const names = (name: string) => (text(name) === '' ? null : text(name).split(/[\s,]+/));
  const parsed = Given.safeParse({
    name: text('name'),
    owner: text('owner') || undefined,
    scopes: fields.scopes,
    expires: text('expires') || undefined,
    quotas: {
      open_sessions: number('open_sessions'),
      queued_commands: number('queued_commands'),
      commands_per_minute: number('commands_per_minute'),
      output_bytes_per_day: text('output_per_day') === '' ? null : bytesOf(text('output_per_day')),
    },
    timeout_max: text('timeout_max') || null,
    allow: names('allow'),
    deny: names('deny'),
    sandbox: text('sandbox') || null,
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Problem('invalid', `The field "${issue?.path.join(' ').replaceAll('_', ' ')}": ${issue?.message}.`, {
    hint: 'Go back and change it.',
  });
}

/** `2G`; what makes no sense is no number, and refused as one. */
function bytesOf(text: string): number {
  const [, number, unit = ''] = /^(\d{1,15})\s*([KMGT]?)$/i.exec(text) ?? [];
  return Number(number) * (units[unit.toUpperCase()] ?? 1);
}

/** To the end of that day, as one means it. */
function endOf(day: string): string {
  return new Date(Date.parse(day) + dayMs).toISOString();
}
