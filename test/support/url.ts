/** The connection string of another database of the same cluster. */
export function withDatabase(url: string, database: string): string {
  return Object.assign(new URL(url), { pathname: database }).href;
}
