/** The addresses of pages, beside which the API's have answers and errors of their own. */

/** All below need a login. */
export const pagePaths = [
  '/',
  '/sessions',
  '/s',
  '/s/*',
  '/jobs',
  '/jobs/*',
  '/hosts',
  '/usage',
  '/audit',
  '/audit/*',
  '/keys',
  '/keys/*',
];

const roots = new Set(['', 'sessions', 's', 'jobs', 'hosts', 'usage', 'audit', 'keys', 'login', 'logout']);

/** True for what is answered as HTML, errors included. */
export function isPagePath(path: string): boolean {
  return roots.has(path.split('/')[1] ?? '');
}
