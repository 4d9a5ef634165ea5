/** The pages of hosts and of usage. */
import { hostsPage } from '../../html/hosts.ts';
import { usagePage } from '../../html/usage.ts';
import type { Edge, EdgeApp, EdgeContext } from '../edge.ts';
import { Problem } from '../problem.ts';
import { frameOf, type LoadAssets, queryField } from './frame.ts';

const dayMs = 86_400_000;
/** Days before the last that are shown where nothing else is asked for: a week is a page. */
const daysDefault = 6;

/** Adds the routes. */
export function operationPageRoutes(app: EdgeApp, edge: Edge, assets: LoadAssets): void {
  app.get('/hosts', async (c) => {
    const [frame, { items }] = await Promise.all([frameOf(c, edge, assets), edge.calls.listHosts(c.get('credential'))]);
    return c.html(hostsPage(frame, items, Date.now()));
  });

  app.get('/usage', async (c) => {
    const until = dayOf(c, 'until') ?? new Date().toISOString().slice(0, 10);
    const since = dayOf(c, 'since') ?? new Date(Date.parse(until) - daysDefault * dayMs).toISOString().slice(0, 10);
    const used = edge.calls.readUsage(c.get('credential'), { since, until });
    const [frame, { items }] = await Promise.all([frameOf(c, edge, assets), used]);
    return c.html(usagePage(frame, { items, since, until }));
  });
}

function dayOf(c: EdgeContext, name: string): string | undefined {
  const day = queryField(c, name);
  if (day === undefined) return undefined;
  const isDay = /^[1-9]\d{3}-\d\d-\d\d$/.test(day) && new Date(`${day}T00:00:00Z`).toJSON()?.startsWith(day);
  if (!isDay) throw new Problem('invalid', 'A day is written like 2026-01-31.');
  return day;
}
