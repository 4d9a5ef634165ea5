/** What the terminal of a session shows: as text, as HTML, or cell by cell. */
import { createRoute, z } from '@hono/zod-openapi';
import { screenHtml } from '../html/grid.ts';
import { Screen as ScreenShape } from '../sql/contract.ts';
import { callsOf, type Edge, type EdgeApp, note } from './edge.ts';
import { Raw, SessionPath } from './fields.ts';
import { keyedProblems, security } from './responses.ts';
import { inOrder } from './view.ts';

const Screen = z
  .object({
    ...ScreenShape.shape,
    text: z.string().describe('The rows as text, blanks and rows without text at the end left out'),
  })
  .openapi('Screen');

const Headers = z.object({
  'Limpet-Size': z.string().openapi({ description: 'Columns and rows: `120x40`' }),
  'Limpet-Cursor': z
    .string()
    .openapi({ description: 'Row and column, from 0: `3,17`; with `; hidden` where it is not shown' }),
});

const format = z
  .enum(['text', 'html', 'json'])
  .optional()
  .openapi({ default: 'text', description: '`html` is a `<pre>` with classes of /public/ansi.css' });

const read = createRoute({
  method: 'get',
  path: '/v1/sessions/{session}/screen',
  summary: "What the session's terminal shows now, with cursor and size",
  tags: ['Terminals'],
  security,
  request: { params: SessionPath, query: z.strictObject({ format, raw: Raw }) },
  responses: {
    200: {
      description: 'The screen. Of a session whose shell has ended: the last one',
      headers: Headers,
      content: {
        'text/plain': { schema: { type: 'string' as const } },
        'text/html': { schema: { type: 'string' as const } },
        'application/json': { schema: Screen },
      },
    },
    ...keyedProblems('not_found', 'not_a_terminal', 'sealed'),
  },
});

/** Adds the route. */
export function screenRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(read, async (c) => {
    const { format = 'text' } = c.req.valid('query');
    const screen = await callsOf(edge, c).readScreen(c.get('credential'), c.req.valid('param').session);
    note(c, { session_id: screen.session_id });
    const headers = headersOf(screen);
    const text = textOf(screen);
    if (format === 'json') return c.json(inOrder(Screen, { ...screen, text }), 200, headers);
    if (format === 'html') return c.html(screenHtml(screen), 200, headers);
    return c.text(text, 200, headers);
  });
}

function headersOf({ cols, rows, cursor }: ScreenShape): Record<string, string> {
  const hidden = cursor.visible ? '' : '; hidden';
  return { 'Limpet-Size': `${cols}x${rows}`, 'Limpet-Cursor': `${cursor.row},${cursor.col}${hidden}` };
}

function textOf({ lines }: ScreenShape): string {
  const rows = lines.map(({ runs }) =>
    runs
      .map(({ text }) => text)
      .join('')
      .trimEnd(),
  );
  return rows.join('\n').replace(/\n*$/, '\n');
}
