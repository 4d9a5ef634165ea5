/** The edge: middleware and routes in reading order. It runs unchanged in workerd and on Node. */
import { OpenAPIHono } from '@hono/zod-openapi';
import { assetRoutes } from './assets.ts';
import { auditRoutes } from './audit.ts';
import { authenticate } from './auth.ts';
import { bulkCancelRoutes } from './bulkCancel.ts';
import { commandListRoutes } from './commandLists.ts';
import { commandRoutes } from './commands.ts';
import { createEdge, type EdgeApp, type EdgeDependencies, type EdgeEnv } from './edge.ts';
import { eventRoutes } from './events.ts';
import { execRoutes } from './exec.ts';
import { forkRoutes } from './fork.ts';
import { secureHeaders } from './headers.ts';
import { hostRoutes } from './hosts.ts';
import { inputRoutes } from './input.ts';
import { answerKeyFirst } from './keyFirst.ts';
import { keyRoutes } from './keys.ts';
import { lateOutputRoutes } from './lateOutput.ts';
import { answerOptions, answerUnknown, refuseNul } from './methods.ts';
import { declareSecurity } from './openapi.ts';
import { operationRoutes } from './operations.ts';
import { outputRoutes } from './output.ts';
import { pageRoutes } from './pages/index.ts';
import { refuseUnknownParameters } from './parameters.ts';
import { recordingRoutes } from './recording.ts';
import { permitRaw, tellRedaction } from './redaction/raw.ts';
import { replayRoutes } from './replays.ts';
import { logRequests } from './requests.ts';
import { screenRoutes } from './screens.ts';
import { sessionRoutes } from './sessions.ts';
import { shelldRoutes } from './shelld.ts';
import { stateRoutes } from './states.ts';
import { statsRoutes } from './stats.ts';
import { terminalRoutes } from './terminals.ts';
import { usageRoutes } from './usage.ts';
import { refuseInvalid } from './validation.ts';

export type { EdgeDependencies } from './edge.ts';

/** Makes the app; `deps` are all that differs between the places in which it runs. */
export function createApp(deps: EdgeDependencies): EdgeApp {
  const edge = createEdge(deps);
  const app = new OpenAPIHono<EdgeEnv>({ defaultHook: refuseInvalid });
  app.onError(answerKeyFirst(edge));
  app.notFound(answerUnknown(app));
  declareSecurity(app);

  app.use(logRequests(edge.log), secureHeaders(), tellRedaction(edge), refuseNul(), answerOptions(app));
  operationRoutes(app, edge);
  const assets = assetRoutes(app, edge);

  app.use('/v1/*', authenticate(), refuseUnknownParameters(app), permitRaw(edge));
  app.use('/metrics', authenticate());
  sessionRoutes(app, edge);
  forkRoutes(app, edge);
  replayRoutes(app, edge);
  recordingRoutes(app, edge);
  commandRoutes(app, edge);
  commandListRoutes(app, edge);
  bulkCancelRoutes(app, edge);
  stateRoutes(app, edge);
  outputRoutes(app, edge);
  lateOutputRoutes(app, edge);
  eventRoutes(app, edge);
  inputRoutes(app, edge);
  terminalRoutes(app, edge);
  screenRoutes(app, edge);
  execRoutes(app, edge);
  auditRoutes(app, edge);
  keyRoutes(app, edge);
  hostRoutes(app, edge);
  usageRoutes(app, edge);
  statsRoutes(app, edge);

  shelldRoutes(app, edge);

  pageRoutes(app, edge, assets);
  return app;
}
