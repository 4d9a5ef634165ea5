/** GET /docs: the OpenAPI document as plain HTML. No script, so it lives under the same content policy as everything. */
import { html } from 'hono/html';
import type { OpenApiDocument, OpenApiOperation } from './openapi.ts';
import { problems } from './problem.ts';

type Html = ReturnType<typeof html>;

/** The page. Every text is escaped by the template. */
export function docsPage(document: OpenApiDocument): Html {
  const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>limpet: the interface</title>
<link rel="stylesheet" href="/public/limpet.css">
</head>
<body class="docs">
<main>
<h1>limpet ${document.info.version}: the interface</h1>
<p>${document.info.description ?? ''} The same as a document for machines: <a href="/openapi.json">/openapi.json</a> (OpenAPI 3.1).</p>
<p>A key goes into <code>Authorization: Bearer KEY</code> or <code>X-Shell-Key: KEY</code>.</p>
<h2>Addresses</h2>
<ul>${routes.map(({ method, path }) => html`<li><a href="#${anchor(method, path)}"><code>${method} ${path}</code></a></li>`)}</ul>
${routes.map(({ method, path, operation }) => routeSection(method, path, operation))}
${problemSection()}
<h2>Schemas</h2>
${schemaSections(document)}
</main>
</body>
</html>`;
}

function problemSection(): Html {
  return html`<h2>Problems</h2>
<p>Errors are <code>application/problem+json</code> (RFC 9457). <code>code</code> is one of these:</p>
<table>
<thead><tr><th>code</th><th>status</th><th>what it says</th></tr></thead>
<tbody>${Object.entries(problems).map(
    ([code, { status, title }]) =>
      html`<tr id="problem-${code}"><td><code>${code}</code></td><td>${status}</td><td>${title}</td></tr>`,
  )}</tbody>
</table>`;
}

function routeSection(method: string, path: string, operation: OpenApiOperation): Html {
  const parameters = operation.parameters ?? [];
  return html`<section id="${anchor(method, path)}">
<h3><code>${method} ${path}</code></h3>
<p>${operation.summary ?? ''}</p>
${
  parameters.length === 0
    ? ''
    : html`<table><thead><tr><th>parameter</th><th>in</th><th>what it is</th></tr></thead><tbody>${parameters.map(
        (parameter) =>
          html`<tr><td><code>${parameter.name}</code>${parameter.required ? ' (required)' : ''}</td><td>${parameter.in}</td><td>${
            parameter.description ?? ''
          } <code>${shortSchema(parameter.schema)}</code></td></tr>`,
      )}</tbody></table>`
}
${bodyLines(operation)}
<table><thead><tr><th>answer</th><th>when</th></tr></thead><tbody>${Object.entries(operation.responses).map(
    ([status, { description }]) => html`<tr><td>${status}</td><td>${description}</td></tr>`,
  )}</tbody></table>
</section>`;
}

function bodyLines(operation: OpenApiOperation): Html | string {
  const content = Object.entries(operation.requestBody?.content ?? {});
  if (content.length === 0) return '';
  return html`<p>Body: ${content.map(([type, { schema }]) => html`<code>${type}</code> ${schemaLink(schema)} `)}</p>`;
}

function schemaLink(schema: unknown): Html | string {
  const name = String((schema as { $ref?: string } | undefined)?.$ref ?? '')
    .split('/')
    .at(-1);
  return name ? html`<a href="#schema-${name}">${name}</a>` : '';
}

function shortSchema(schema: unknown): string {
  const { type, format, enum: values } = (schema ?? {}) as { type?: string; format?: string; enum?: string[] };
  return values?.join(' | ') ?? format ?? String(type ?? '');
}

function schemaSections(document: OpenApiDocument): Html[] {
  const { schemas = {} } = (document.components ?? {}) as { schemas?: Record<string, unknown> };
  return Object.entries(schemas).map(
    ([name, schema]) =>
      html`<section id="schema-${name}"><h3>${name}</h3><pre>${JSON.stringify(schema, null, 2)}</pre></section>`,
  );
}

function anchor(method: string, path: string): string {
  return `${method}-${path}`.replaceAll(/[^A-Za-z0-9]+/g, '-').toLowerCase();
}
