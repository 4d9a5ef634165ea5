/** The pages, for browsers: rows → html/. Forms work without scripts too; htmx asks for fragments with HX-Request. */
import { bodyLimit } from 'hono/body-limit';
import { limits } from '../../sql/contract.ts';
import { authenticate } from '../auth.ts';
import type { Edge, EdgeApp } from '../edge.ts';
import { keyPageRoutes } from './apiKeys.ts';
import { auditPageRoutes } from './audit.ts';
import { bulkRoutes } from './bulk.ts';
import { commandFormRoutes } from './commandForms.ts';
import { refuseSize } from './forms.ts';
import type { LoadAssets } from './frame.ts';
import { jobFormRoutes, jobPageRoutes } from './jobs.ts';
import { loginRoutes } from './login.ts';
import { operationPageRoutes } from './operations.ts';
import { pagePaths } from './paths.ts';
import { pageProblems } from './problems.ts';
import { replayPageRoutes } from './replay.ts';
import { screenPageRoutes } from './screen.ts';
import { sessionFormRoutes } from './sessionForms.ts';
import { sessionPageRoutes } from './sessions.ts';
import { terminalPageRoutes } from './terminal.ts';

/** Adds the pages. */
export function pageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  // What no route takes is thrown in the innermost middleware, of which none hears any more: so there is one within.
  app.use(pageProblems(assets), (_c, next) => next());
  loginRoutes(app, edge, assets);
  const limit = bodyLimit({ maxSize: limits.bodyBytesMax, onError: () => refuseSize() });
  for (const path of pagePaths) app.use(path, authenticate(), limit);
  sessionFormRoutes(app, edge);
  commandFormRoutes(app, edge);
  sessionPageRoutes(app, edge, assets);
  terminalPageRoutes(app, edge, assets);
  screenPageRoutes(app, edge);
  replayPageRoutes(app, edge, assets);
  bulkRoutes(app, edge, assets);
  jobPageRoutes(app, edge, assets);
  jobFormRoutes(app, edge);
  operationPageRoutes(app, edge, assets);
  auditPageRoutes(app, edge, assets);
  keyPageRoutes(app, edge, assets);
}
