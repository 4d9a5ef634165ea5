/** The page that plays a session again, and the frames that it asks for. */
import { type Marker, replayPage } from '../../html/replay.ts';
import { type Edge, type EdgeApp, type EdgeContext, note } from '../edge.ts';
import { Problem } from '../problem.ts';
import { maskedScreen } from '../redaction/screen.ts';
import { frameOf, type LoadAssets } from './frame.ts';
import { framesOf } from './replayFrames.ts';
import { type DrawnScreen, screenFramesOf } from './screenFrames.ts';

/** Commands on one page of a replay: their marks can be told apart on its time line. */
const markersMax = 200;

/** Adds the routes. */
export function replayPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  const { calls } = edge;
  app.get('/s/:session/replay', async (c) => {
    const from = Math.max(1, whole(c, 'from') ?? 1);
    const credential = c.get('credential');
    const [session, { items }, frame] = await Promise.all([
      calls.readSession(credential, c.req.param('session')),
      calls.listSessionCommands(credential, c.req.param('session'), { after: from - 1, limit: markersMax }),
      frameOf(c, edge, assets),
      // Notes in the record that somebody looks at it again.
      calls.readRecordingHead(credential, c.req.param('session')),
    ]);
    note(c, { session_id: session.id });
    const markers = items.flatMap((row): Marker[] => {
      if (row.started_at === null) return [];
      const start = Date.parse(row.started_at);
      const end = Date.parse(row.finished_at ?? row.last_output_at ?? row.started_at);
      return [{ command: row, start, end: Math.max(start, end) }];
    });
    const next = items.length === markersMax && from + markersMax <= session.commands ? from + markersMax : undefined;
    return c.html(replayPage(frame, { session, markers, from, next, previous: Math.max(0, from - markersMax) }));
  });

  app.get('/s/:session/replay/frames', async (c) => {
    const [seq, position] = [whole(c, 'seq') ?? 1, whole(c, 'position') ?? -1];
    const id = c.req.param('session');
    const read = (...place: [seq: number, position: number]) => calls.readRecording(c.get('credential'), id, ...place);
    if (c.req.query('screen') === undefined) return c.json(framesOf(await read(seq, position)));
    const head = await calls.readRecordingHead(c.get('credential'), id);
    // What is masked in the output may come together again on the screen.
    const mask = (shown: DrawnScreen) => maskedScreen(edge.redact, shown);
    return c.json(await screenFramesOf(read, { ...head, mask }, { seq, position }));
  });
}

function whole(c: EdgeContext, name: string): number | undefined {
  const text = c.req.query(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^-?\d{1,16}$/.test(text) && Number.isSafeInteger(value) && (name === 'position' || value < 2 ** 31))
    return value;
  throw new Problem('bad_request', `"${name}" is no number that can be used here.`);
}
