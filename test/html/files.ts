/** The static files of the pages, without a browser: run on Node and in workerd. */
import { expect, test } from 'vitest';
import type { Site } from './site.ts';
import { visit } from './visit.ts';

/** Files, and the headers of every page. */
export function files(site: () => Site): void {
  test('a page carries the content policy and is not stored', async () => {
    const response = await visit(site(), '/login');
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('every file that a page names is there, and is asked for once', async () => {
    const page = await (await visit(site(), '/login')).text();
    const addresses = [...page.matchAll(/(?:href|src)="(\/public\/[^"]+)"/g)].map(([, address = '']) => address);
    expect(new Set(addresses).size).toBe(7);
    for (const address of addresses) {
      const response = await visit(site(), address);
      expect([response.status, response.headers.get('cache-control')], address).toEqual([
        200,
        'public, max-age=31536000, immutable',
      ]);
      expect(response.headers.get('content-type')).toMatch(/^(text\/(css|javascript); charset=utf-8|image\/svg\+xml)$/);
    }
    expect((await visit(site(), '/public/limpet.css?v=older')).headers.get('cache-control')).toBe(
      'public, max-age=300',
    );
    expect((await visit(site(), '/public/..%2f..%2fpackage.json')).status).toBe(404);
  });
}
