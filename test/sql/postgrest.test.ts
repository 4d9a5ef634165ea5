/** The SQL API behind PostgREST: docs/postgrest.md. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CommandRow, Page, Session } from '../../sql/contract.ts';
import { credentialOf, ended } from './fixture.ts';
import { type Postgrest, postgrest } from './postgrest.ts';

const key = 'a key of alice';
const signed = { headers: { 'x-shell-key': key } };
let rest: Postgrest;
const call = async <Body>(name: string, args: object, request = signed) =>
  (await rest.rpc(name, { p_credential: null, ...args }, request)) as Body;

beforeAll(async () => {
  rest = await postgrest();
  const { edge, admin } = rest.fixture;
  await edge.createKey(admin, randomUUID(), credentialOf(key), { name: 'rest', owner: 'alice', scopes: ['execute'] });
});
afterAll(() => rest.drop());

describe('a request with a key', () => {
  test('opens a session, queues a command, and reads what it came to, all as JSON', async () => {
    const { fixture } = rest;
    const host = await fixture.register();
    const session = await call<Session>('create_session', {
      p_id: randomUUID(),
      p_options: { name: 'rest', env: { A: '1' } },
    });
    expect(session).toMatchObject({ name: 'rest', state: 'opening', queued: 0 });
    const queued = await call<CommandRow>('submit_command', {
      p_session: 'rest',
      p_id: randomUUID(),
      p_options: { command: 'echo "$A" \'ünï\'' },
    });
    expect(queued).toMatchObject({ state: 'queued', command: 'echo "$A" \'ünï\'', key_name: 'rest' });
    const adopted = await fixture.host.adoptSession(host, session.id);
    if (adopted === null || 'refused' in adopted) throw new Error('not adopted');
    const owned = { incarnation: host, session: session.id, epoch: adopted.epoch };
    const attempt = randomUUID();
    await fixture.host.claimCommand(owned, attempt);
    await fixture.host.finishCommand(owned, attempt, ended, null, null, []);
    expect(await call('read_command', { p_id: queued.id })).toMatchObject({ state: 'exited', exit_code: 0 });
    const { items } = await call<Page<CommandRow>>('list_session_commands', { p_session: 'rest', p_after: 0 });
    expect(items).toMatchObject([{ id: queued.id, seq: 1, cwd: '/tmp' }]);
  });

  test('that is repeated does its work once', async () => {
    const asked = { p_session_id: randomUUID(), p_id: randomUUID(), p_options: { command: 'date' } };
    const first = await call<CommandRow>('execute', asked);
    expect(await call<CommandRow>('execute', asked)).toMatchObject({
      id: first.id,
      session_id: first.session_id,
      seq: 1,
    });
    const { items } = await call<Page<CommandRow>>('list_session_commands', { p_session: first.session_id });
    expect(items).toHaveLength(1);
  });

  test('reads a table as rows', async () => {
    const { id } = await call<CommandRow>('execute', {
      p_session_id: randomUUID(),
      p_id: randomUUID(),
      p_options: { command: 'true' },
    });
    const read = { p_id: id, p_stream: 'stdout', p_offset: 0, p_limit: 100 };
    expect(await call('read_output', read)).toEqual([]);
  });

  test('may carry its own hash instead, as the edge does', async () => {
    const hash = `\\x${credentialOf(key).toString('hex')}`;
    expect(await rest.rpc('whoami', { p_credential: hash })).toMatchObject({ owner: 'alice', key_name: 'rest' });
  });

  test('is told what is wrong by a code of ours, and nothing is kept of it', async () => {
    const before = await call<Page<Session>>('list_sessions', {});
    const missing = call('submit_command', {
      p_session: 'nowhere',
      p_id: randomUUID(),
      p_options: { command: 'true' },
    });
    await expect(missing).rejects.toMatchObject({ code: 'LP404', detail: 'not_found' });
    await expect(call('list_keys', {})).rejects.toMatchObject({ code: 'LP403', detail: 'forbidden' });
    expect(await call('list_sessions', {})).toEqual(before);
  });

  test('is a POST: a GET may not even note that its key was used', async () => {
    const name = 'fresh';
    const { edge, admin } = rest.fixture;
    await edge.createKey(admin, randomUUID(), credentialOf(name), { name, owner: name, scopes: ['read'] });
    const get = rest.rpc('list_sessions', { p_credential: null }, { method: 'GET', headers: { 'x-shell-key': name } });
    await expect(get).rejects.toMatchObject({ code: '25006' });
  });
});

describe('a request without a key', () => {
  test.each([
    ['no header', {}],
    ['an empty key', { 'x-shell-key': '' }],
    ['a wrong one', { 'x-shell-key': 'wrong' }],
    ['one of another header', { authorization: `Bearer ${key}` }],
  ])('is refused: %s', async (_, headers) => {
    await expect(rest.rpc('whoami', { p_credential: null }, { headers })).rejects.toMatchObject({ code: 'LP401' });
  });

  test('is refused by every function; five that need no key answer, and give nothing away', async () => {
    const names = await functionsOf('limpet_edge');
    expect(names.length).toBeGreaterThan(40);
    const answered: string[] = [];
    for (const { name, parameters } of names) {
      const nothing = Object.fromEntries(parameters.map((parameter) => [parameter, null]));
      const refused = await rest.rpc(name, nothing).then(
        () => undefined,
        (error: { code: string }) => error.code,
      );
      if (refused === undefined) answered.push(name);
      else expect(refused, name).toBe('LP401');
    }
    // A log-in that there is not, whether a host lives, a link that there is not, and of calls that carry keys those that carry a valid one.
    expect(answered).toEqual([
      'delete_login',
      'read_commands',
      'read_readiness',
      'redeem_login_link',
      'submit_commands',
    ]);
    expect(
      (await rest.fixture.edge.listSessions(rest.fixture.admin, { limit: 10 })).items.map(({ name }) => name),
    ).toContain('rest');
  });
});

describe('the role of PostgREST', () => {
  test('has no function of its own, and becomes nobody but the anonymous one', async () => {
    const { client } = rest;
    await expect(client.query('select limpet_edge.read_readiness()')).rejects.toMatchObject({ code: '42501' });
    await expect(client.query('set role limpet_host')).rejects.toMatchObject({ code: '42501' });
    const [owner] = (await rest.fixture.query('select current_user as name', [])) as { name: string }[];
    await expect(client.query(`set role ${owner?.name}`)).rejects.toMatchObject({ code: '42501' });
  });

  test('calls nothing as the anonymous role but the edge’s functions', async () => {
    const { client } = rest;
    await client.query('set role limpet_edge');
    for (const statement of [
      'select * from limpet.api_keys',
      'select limpet.request_credential()',
      'select limpet_host.list_hosts()',
      `select graphile_worker.add_job('x')`,
      'create table limpet_edge.mine ()',
      'create function limpet_edge.mine() returns int language sql return 1',
    ]) {
      await expect(client.query(statement), statement).rejects.toMatchObject({ code: '42501' });
    }
    await client.query('reset role');
  });

  test('finds each function by its name alone', async () => {
    const names = (await functionsOf('limpet_edge')).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});

async function functionsOf(schema: string): Promise<{ name: string; parameters: string[] }[]> {
  return (await rest.fixture.query(
    `select p.proname as name, coalesce(p.proargnames[1:p.pronargs], '{}') as parameters
     from pg_proc p where p.pronamespace = $1::regnamespace order by 1`,
    [schema],
  )) as { name: string; parameters: string[] }[];
}
