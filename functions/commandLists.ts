/** Lists of commands: of one session, and across all. */
import { createRoute, z } from '@hono/zod-openapi';
import { type Command as CommandJson, type CommandRow, CommandState, limits, type Page } from '../sql/contract.ts';
import { callsOf, type Edge, type EdgeApp } from './edge.ts';
import { Cursor, PageLimit, queryNumber, Raw, Search, Seq, SessionPath, Strip, Timestamp } from './fields.ts';
import { Command, json, keyedProblems, pageOf, security } from './responses.ts';
import { viewCommand } from './view.ts';

const tags = ['Commands'];
const cut = `Of \`stdout\` and \`stderr\` a list shows the first and the last ${limits.listViewBytes / 1024} KiB each; a command that is read alone shows more. `;
const CommandPage = pageOf('CommandPage', Command);

const listOfSession = createRoute({
  method: 'get',
  path: '/v1/sessions/{session}/commands',
  summary: "List a session's commands, oldest first; `after` is a seq, and `next_cursor` the next one",
  description:
    cut +
    '`q` is searched for as in the list across sessions: a search that takes long answers with what it has found until then, and `next_cursor` ' +
    'goes on. It is null at the end.',
  tags,
  security,
  request: {
    params: SessionPath,
    query: z.strictObject({
      after: queryNumber(Seq, 'Commands after this seq').optional(),
      cursor: queryNumber(Seq, '`next_cursor` of the page before: the same as `after`').optional(),
      state: CommandState.optional(),
      q: Search,
      limit: PageLimit,
      strip: Strip,
      raw: Raw,
    }),
  },
  responses: { 200: json(CommandPage, 'A page of commands'), ...keyedProblems('not_found') },
});

const list = createRoute({
  method: 'get',
  path: '/v1/commands',
  summary: 'List commands across sessions, newest first',
  description:
    cut +
    '`q` is searched for in the text and in what was written: the first and the last 16 KiB of each stream, whatever the case of ASCII letters. ' +
    'A search that takes long answers with what it has found until then: a page may be short, and even empty, while `next_cursor` goes on. ' +
    'It is null at the end.',
  tags,
  security,
  request: {
    query: z.strictObject({
      state: CommandState.optional(),
      session: z.string().min(1).max(256).optional(),
      host: z.string().min(1).max(256).optional(),
      key: z.uuid().optional(),
      exit_code: queryNumber(z.int().min(0).max(255), 'The exit code').optional(),
      q: Search,
      before: Timestamp.optional(),
      after: Timestamp.optional(),
      limit: PageLimit,
      cursor: Cursor,
      strip: Strip,
      raw: Raw,
    }),
  },
  responses: { 200: json(CommandPage, 'A page of commands'), ...keyedProblems('not_found') },
});

/** Adds the routes that list commands. */
export function commandListRoutes(app: EdgeApp, edge: Edge): void {
  app.openapi(listOfSession, async (c) => {
    const { after, cursor, strip, raw: _, ...rest } = c.req.valid('query');
    const page = { ...rest, after: cursor ?? after };
    return c.json(
      viewPage(
        await callsOf(edge, c).listSessionCommands(c.get('credential'), c.req.valid('param').session, page),
        strip,
      ),
      200,
    );
  });
  app.openapi(list, async (c) => {
    const { limit, cursor, strip, raw: _, ...filter } = c.req.valid('query');
    return c.json(
      viewPage(await callsOf(edge, c).listCommands(c.get('credential'), filter, limit, cursor), strip),
      200,
    );
  });
}

function viewPage(page: Page<CommandRow>, strip: 'ansi' | undefined): Page<CommandJson> {
  return { ...page, items: page.items.map((row) => viewCommand(row, { stripAnsi: strip === 'ansi' })) };
}
