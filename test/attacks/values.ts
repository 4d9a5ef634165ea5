/** Values made from the schemas of the OpenAPI document. */
import type { Document } from '../functions/api/document.ts';
import { fc } from '../support/fuzz.ts';

export type Schema = Record<string, unknown>;

/** What attackers write, and what programs that are asked for a text forget. */
export const nasty = fc.constantFrom(
  ...[
    "' or 1=1 --",
    "'; drop table limpet.sessions; --",
    '$1',
    '\\x00',
    "\\'",
    '%',
    '_',
    '../../etc/passwd',
    '..',
    '.',
    '%2e%2e%2f',
  ],
  ...[
    '\u0000',
    '\ud800',
    '\u202e',
    '\ufeff',
    'é',
    '😀',
    '<script>alert(1)</script>',
    '\u001b]0;x\u0007',
    'null',
    'NaN',
    '-0',
    '1e999',
  ],
  ...[
    '9223372036854775808',
    '99999999999999999999',
    '-1',
    '0',
    ' ',
    '\t',
    '\r\nX-Injected: 1',
    'x'.repeat(5_000),
    '{}',
    '[]',
    '"',
  ],
);

/** Values that a schema allows, mostly: a refinement that it cannot say may refuse them. */
export function arbitraryFor(document: Document, schema: Schema | undefined, depth = 0): fc.Arbitrary<unknown> {
  if (schema === undefined || depth > 6) return fc.jsonValue({ maxDepth: 1 });
  const of = (inner: unknown) => arbitraryFor(document, inner as Schema, depth + 1);
  if (typeof schema.$ref === 'string') return of(document.components.schemas[schema.$ref.split('/').at(-1) ?? '']);
  const { example } = schema;
  if (example !== undefined) {
    const others = arbitraryFor(document, { ...schema, example: undefined }, depth);
    return fc.oneof({ weight: 6, arbitrary: fc.constant(example) }, { weight: 1, arbitrary: others });
  }
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const either = (schema.anyOf ?? schema.oneOf) as Schema[] | undefined;
  if (either) return fc.oneof(...either.map(of));
  if (Array.isArray(schema.type)) return fc.oneof(...schema.type.map((type) => of({ ...schema, type })));
  const { minimum = -10, maximum = 2_000, minItems = 0, maxItems = 5 } = schema as Record<string, number>;
  if (schema.type === 'integer')
    return fc.integer({ min: Math.max(minimum, -(2 ** 31)), max: Math.min(maximum, 2 ** 31) });
  if (schema.type === 'number') return fc.oneof(fc.integer({ min: 1, max: 100 }), fc.double({ noNaN: true }));
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'null') return fc.constant(null);
  if (schema.type === 'array') {
    return fc.array(of(schema.items), { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 5)) });
  }
  if (schema.type === 'object') return objectOf(schema, of);
  return textOf(schema);
}

function objectOf(schema: Schema, of: (inner: unknown) => fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  const properties = (schema.properties ?? {}) as Record<string, unknown>;
  if (Object.keys(properties).length === 0) {
    return fc.dictionary(fc.oneof(fc.stringMatching(/^[A-Z_]{1,5}$/), nasty), of(schema.additionalProperties ?? {}), {
      maxKeys: 3,
    });
  }
  const model = Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, of(inner)]));
  return fc.record(model, { requiredKeys: (schema.required ?? []) as never[] });
}

function textOf(schema: Schema): fc.Arbitrary<string> {
  const { minLength = 0, maxLength = 40 } = schema as Record<string, number>;
  const some = fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)), unit: 'grapheme' });
  const moments = fc.date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true });
  if (schema.format === 'uuid') return fc.uuid();
  if (schema.format === 'date-time') return moments.map((date) => date.toISOString());
  if (schema.format === 'date') return moments.map((date) => date.toISOString().slice(0, 10));
  return fc.oneof(
    { weight: 4, arbitrary: fc.stringMatching(/^[A-Za-z_]{1,12}$/) },
    { weight: 4, arbitrary: some },
    { weight: 1, arbitrary: nasty },
    { weight: 1, arbitrary: fc.constantFrom('1h30m', '500ms', '0') },
  );
}
