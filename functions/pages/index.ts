/** The pages, for browsers: rows → html/. Forms work without scripts too; htmx asks for fragments with HX-Request. */
import { authenticate } from '../auth.ts';
import type { Edge, EdgeApp } from '../edge.ts';
import { commandFormRoutes } from './commandForms.ts';
import type { LoadAssets } from './frame.ts';
import { loginRoutes } from './login.ts';
import { pagePaths } from './paths.ts';
import { pageProblems } from './problems.ts';
import { screenPageRoutes } from './screen.ts';
import { sessionFormRoutes } from './sessionForms.ts';
import { sessionPageRoutes } from './sessions.ts';
import { terminalPageRoutes } from './terminal.ts';

/** Adds the pages. */
export function pageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  app.use(pageProblems(assets));
  loginRoutes(app, edge, assets);
  for (const path of pagePaths) app.use(path, authenticate());
  sessionFormRoutes(app, edge);
  commandFormRoutes(app, edge);
  sessionPageRoutes(app, edge, assets);
  terminalPageRoutes(app, edge, assets);
  screenPageRoutes(app, edge);
}
