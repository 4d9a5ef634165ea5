/** All routes there are, of pages too, as the app itself knows them. */
import { createApp } from '../../functions/app.ts';
import { pollingWaits } from '../../functions/waits.ts';

/** Each once, with `fill` in the place of its parameters. */
export function routesOf(fill: Record<string, string>): { method: string; path: string }[] {
  const app = createApp({ query: async () => [], waits: pollingWaits(), log: () => {}, settings: { version: '0' } });
  const known = app.routes.filter(({ method, path }) => method !== 'ALL' && !path.includes('*'));
  const paths = known.map(({ method, path }) => ({
    method,
    path: path.replaceAll(/:(\w+)(\{[^}]*\})?/g, (_, name: string) => fill[name] ?? 'x'),
  }));
  return [...new Map(paths.map((route) => [`${route.method} ${route.path}`, route])).values()];
}
