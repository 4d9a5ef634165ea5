/** The OpenAPI document, made from the routes themselves. */
import type { EdgeApp } from './edge.ts';

const made = new WeakMap<EdgeApp, OpenApiDocument>();

/** The parts of an OpenAPI 3.1 document that are read here. */
export interface OpenApiDocument extends Record<string, unknown> {
  info: { title: string; version: string; description?: string };
  paths: Record<string, Record<string, OpenApiOperation>>;
}

/** One operation of the document, as far as its page shows it. */
export interface OpenApiOperation {
  summary?: string;
  tags?: string[];
  parameters?: { name: string; in: string; required?: boolean; description?: string; schema?: unknown }[];
  requestBody?: { content: Record<string, { schema?: unknown }> };
  responses: Record<string, { description: string }>;
}

/** The document for an app, made at the first call: routes do not change. */
export function openApiDocument(app: EdgeApp, version: string): OpenApiDocument {
  let document = made.get(app);
  if (document === undefined) {
    document = app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'limpet',
        version,
        description:
          'A persistent shell over HTTP. A method that an address does not take is answered with 405, `method_not_allowed`, and `Allow`.',
        license: { name: 'MIT' },
      },
      servers: [{ url: '/' }],
    }) as unknown as OpenApiDocument;
    made.set(app, document);
  }
  return document;
}

/** Names the three places in which a key may come. */
export function declareSecurity(app: EdgeApp): void {
  const scheme = (name: string, value: Record<string, string>) =>
    app.openAPIRegistry.registerComponent('securitySchemes', name, value as never);
  scheme('bearer', { type: 'http', scheme: 'bearer' });
  scheme('shellKey', { type: 'apiKey', in: 'header', name: 'X-Shell-Key' });
  scheme('cookie', { type: 'apiKey', in: 'cookie', name: '__Host-limpet' });
}
