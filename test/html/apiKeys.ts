/** The pages of keys. */
import { expect, test } from 'vitest';
import type { ApiKey } from '../../sql/contract.ts';
import type { Site } from './site.ts';
import type { Visitor } from './visitor.ts';

/** Making, changing and ending keys; but for what asks a question first, without scripts. */
export function keepingKeys(site: () => Site, visitor: Visitor): void {
  test('a key is made, shown once, and revoked', async () => {
    const page = await visitor.loggedIn();
    await page.goto('/keys');
    await page.getByLabel('Name').fill('made here');
    await page.getByRole('button', { name: 'Make key' }).click();
    const key = (await page.textContent('#fresh-key')) ?? '';
    const status = async () => (await fetch(`${site().url}/v1/sessions`, { headers: { 'X-Shell-Key': key } })).status;
    expect(await status()).toBe(200);
    page.removeAllListeners('dialog').on('dialog', (dialog) => void dialog.accept());
    await page.getByRole('button', { name: 'Revoke made here' }).click();
    await page.locator('.ended-key', { hasText: 'made here' }).waitFor();
    expect(await status()).toBe(401);
    expect(await page.content()).not.toContain(key);
  });

  test('a page that shows a secret and is loaded again makes no other one', async () => {
    const page = await visitor.loggedIn({ javaScriptEnabled: false });
    await page.goto('/keys');
    await page.getByLabel('Name').fill('made once');
    await page.getByRole('button', { name: 'Make key' }).click();
    await page.locator('#fresh-key').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'The key “made once” was made before' }).waitFor();
    expect(await page.locator('#fresh-key').count()).toBe(0);
    expect(await page.getByRole('link', { name: 'made once' }).count()).toBe(1);
    await page.getByRole('link', { name: 'made once' }).click();
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    const key = (await page.textContent('#fresh-key')) ?? '';
    await page.reload();
    await page.getByRole('heading', { name: '“made once” got its new secret before' }).waitFor();
    expect((await fetch(`${site().url}/v1/sessions`, { headers: { 'X-Shell-Key': key } })).status).toBe(200);
    const { id, rotated_at } = await keyNamed('made once');
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    await page.locator('#fresh-key').waitFor();
    expect(await keyNamed('made once')).toMatchObject({ id, rotated_at: expect.not.stringMatching(rotated_at ?? '') });
  });

  test('all that a row says of a key is seen at 360 pixels', async () => {
    await asked('', {
      method: 'POST',
      body: JSON.stringify({
        name: `long ${'word '.repeat(20)}${'x'.repeat(20)}`,
        scopes: ['read', 'execute'],
        expires_at: '2099-01-01T00:00:00Z',
      }),
    });
    const page = await visitor.loggedIn({ viewport: { width: 360, height: 640 } });
    await page.goto('/keys');
    expect(await page.locator('.scroll').evaluate((element) => element.scrollWidth - element.clientWidth)).toBe(0);
  });

  test('a key is made with limits, and given others; what nobody touched stays', async () => {
    const page = await visitor.loggedIn({ javaScriptEnabled: false });
    await page.goto('/keys');
    await page.getByLabel('Name').fill('limited');
    await page.getByText('Limits', { exact: true }).first().click();
    await page.getByLabel('Open sessions').fill('3');
    await page.getByLabel('Output a day').fill('2G');
    await page.getByLabel('Longest command').fill('90s');
    await page.getByLabel('Only these').fill('ls\ngit /usr/bin/make');
    await page.getByRole('button', { name: 'Make key' }).click();
    const row = await page.locator('tr', { hasText: 'limited' }).textContent();
    expect(row).toContain('3 open, 2G a day, at most 90s, only 3 executables');
    const allow = ['ls', 'git', '/usr/bin/make'];
    const quotas = { open_sessions: 3, queued_commands: null, output_bytes_per_day: 2 * 1024 ** 3 };
    const made = await keyNamed('limited');
    expect(made).toMatchObject({ quotas, timeout_max_ms: 90_000, allow, deny: null });
    await asked(`/${made.id}`, { method: 'PATCH', body: '{"expires_at":"2099-01-01T12:34:56Z"}' });
    await page.getByRole('link', { name: 'limited' }).click();
    await page.getByLabel('Open sessions').fill('');
    await page.getByLabel('Waiting commands').fill('7');
    await page.getByLabel('Sandbox at least').selectOption('account');
    await page.getByRole('button', { name: 'Save' }).click();
    expect(await keyNamed('limited')).toMatchObject({
      quotas: { ...quotas, open_sessions: null, queued_commands: 7 },
      timeout_max_ms: 90_000,
      allow,
      sandbox: 'account',
    });
    expect((await keyNamed('limited')).expires_at).toMatch('2099-01-01T12:34:56');
    await page.getByLabel('Expires').fill('');
    await page.getByRole('button', { name: 'Save' }).click();
    expect((await keyNamed('limited')).expires_at).toBeNull();
  });

  test('what makes no sense is refused, and says which field that is', async () => {
    const page = await visitor.loggedIn({ javaScriptEnabled: false });
    await asked('', { method: 'POST', body: '{"name":"refused","scopes":["read"]}' });
    const { id } = await keyNamed('refused');
    for (const [label, value, said] of [
      ['Only these', 'no good $name', 'The field "allow 2": Must be a name'],
      ['Output a day', 'much', 'The field "quotas output bytes per day"'],
      ['Longest command', 'for ever', 'The field "timeout max": Must be a number of seconds'],
    ] as const) {
      await page.goto(`/keys/${id}`);
      await page.getByLabel(label).fill(value);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText(said).waitFor();
    }
    expect((await keyNamed('refused')).allow).toBeNull();
    expect(visitor.faults().splice(0).join()).toMatch('422');
  });

  test('a key gets another secret, shown once; the old one is taken as long as was chosen', async () => {
    const page = await visitor.loggedIn({ javaScriptEnabled: false });
    const made = (await asked('', { method: 'POST', body: '{"name":"turned","scopes":["read"]}' })) as ApiKey & {
      key: string;
    };
    const another = async (grace: string) => {
      await page.goto(`/keys/${made.id}`);
      await page.getByLabel('The old one is').selectOption(grace);
      await page.getByRole('button', { name: 'Make a new secret' }).click();
      return (await page.textContent('#fresh-key')) ?? '';
    };
    const status = async (secret: string) =>
      (await fetch(`${site().url}/v1/sessions`, { headers: { 'X-Shell-Key': secret } })).status;
    const second = await another('taken for an hour');
    await page.getByText('taken until').waitFor();
    expect([await status(made.key), await status(second)]).toEqual([200, 200]);
    const third = await another('refused at once');
    expect([await status(made.key), await status(second), await status(third)]).toEqual([401, 401, 200]);
    await page.goto(`/keys/${made.id}`);
    expect(await page.content()).not.toContain(third);
  });

  /** What the API answers about keys. */
  async function asked(path: string, request: RequestInit = {}): Promise<unknown> {
    const headers = { 'X-Shell-Key': site().adminKey, 'Content-Type': 'application/json' };
    return (await fetch(`${site().url}/v1/keys${path}`, { ...request, headers })).json();
  }
  async function keyNamed(name: string): Promise<ApiKey> {
    const { items } = (await asked('')) as { items: ApiKey[] };
    const key = items.find((item) => item.name === name);
    if (!key) throw new Error(`There is no key "${name}".`);
    return key;
  }
}
