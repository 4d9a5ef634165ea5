/** The cookie of a browser that has logged in with this key. */
export async function cookieOf(url: string, key: string): Promise<string> {
  const response = await fetch(`${url}/login`, {
    method: 'POST',
    headers: { Origin: url, 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ key }),
    redirect: 'manual',
  });
  return response.headers.get('set-cookie')?.split(';')[0] ?? '';
}
