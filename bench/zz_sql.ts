// node bench/zz_sql.ts [cycles] : PG processor ms per call, one idle machine; SQLDIR = another checkout's sql dir for functions
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm, chmod, realpath } from 'node:fs/promises';
import { readFileSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import pg from 'pg';
const root = process.env.ROOT ?? '/work/me';
const { startPostgres } = await import(`${root}/cli/postgres/index.ts`);
const { migrate } = await import(`${root}/sql/migrate.ts`);
const { adminCalls } = await import(`${root}/sql/admin.ts`);
const { edgeCalls } = await import(`${root}/sql/edge.ts`);
const { hostCalls } = await import(`${root}/sql/host.ts`);
const { statementName } = await import(`${root}/sql/call.ts`);
const n = Number(process.argv[2] ?? 1500);
const dir = await mkdtemp(`${await realpath(tmpdir())}/sqlb-`); await chmod(dir, 0o711);
const log = () => {};
const S = JSON.parse(process.env.SETTINGS ?? '{}');
const server = await startPostgres({ dataDir: dir, log, elsewhere: '/tmp/sqlb-bin', settings: { fsync: 'off', track_functions: "all", ...S } });
await migrate(server.connectionString, log);
const conn = async (role?: string) => { const c = new pg.Client({ connectionString: server.connectionString }); await c.connect(); if (role) await c.query(`set role ${role}`);
  const pid = (await c.query('select pg_backend_pid() p')).rows[0].p; return { c, pid, q: async (text: string, values: unknown[]) => (await c.query({ name: statementName(text), text, values: [...values] })).rows }; };
const o = await conn(), e = await conn('limpet_edge'), h = await conn('limpet_host');
const cred = createHash('sha256').update('admin').digest();
await adminCalls(o.q).bootstrapKey(randomUUID(), 'b', cred);
const edge = edgeCalls(e.q), host = hostCalls(h.q);
const inc = randomUUID(); await host.registerHost(inc, { name: 'h', pool: 'default', capacity: 1000, version: 't' });
await o.c.query("update limpet.hosts set lease_until = lease_until + interval '1 hour'");
const owned: any[] = [];
for (let i = 0; i < 32; i++) { const s = randomUUID(); await edge.createSession(cred, s, {}); const a: any = await host.adoptSession(inc, s); owned.push({ incarnation: inc, session: s, epoch: a.epoch }); }
const cpu = (pid: number) => Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
const spent: Record<string, number> = {}, wall: Record<string, number> = {};
const t = async <T>(name: string, c: typeof e, work: () => Promise<T>): Promise<T> => { const b = cpu(c.pid), w = performance.now(); const r = await work(); wall[name] = (wall[name] ?? 0) + performance.now() - w; await new Promise((r) => setImmediate(r)); spent[name] = (spent[name] ?? 0) + cpu(c.pid) - b; return r; };
const state = Buffer.from('declare -x A=1\n'.repeat(40));
const res = { state: 'exited', exit_code: 0, signal: null, cwd: '/tmp', generation: 1, problem: null, stdout_bytes: 0, stderr_bytes: 0, stdout_sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', stderr_sha256: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', jobs: 0 };
const outBytes = process.env.OUT ? Buffer.from('hello\n') : null;
const submit = (s: string, id: string) => (edge as any).submitCommand(cred, s, id, { command: 'true' }, {}, ...(process.env.EXTRA ? JSON.parse(process.env.EXTRA) : []));
let warm = true;
const one = async (i: number) => { const own = owned[i % owned.length], id = randomUUID(), at = randomUUID();
  await t('submit', e, () => submit(own.session, id));
  await t('claim', h, () => host.claimCommand(own, at));
  const r = outBytes ? { ...res, stdout_bytes: 6 } : res;
  await t('finish', h, () => host.finishCommand(own, at, r as any, state, randomUUID(), outBytes ? [{ stream: 1, offset: 0, skip: 0, bytes: outBytes }] as any : []));
  await t('read', e, () => edge.readCommand(cred, id));
  if (i % 50 === 0) await o.c.query('delete from graphile_worker._private_jobs'); };
for (let i = 0; i < 300; i++) await one(i);
for (const k in spent) { spent[k] = 0; wall[k] = 0; }
let pf: any; if (process.env.PERF) { pf = (await import('node:child_process')).spawn('perf', ['record','-q','-F',process.env.PERFF ?? '1500',...(process.env.FLAT ? [] : ['--call-graph','dwarf,32768']),'-o','/tmp/perf.data','-p', String(process.env.PERF === 'h' ? h.pid : e.pid),'--','sleep','4'], {stdio:'inherit'}); await new Promise((r)=>setTimeout(r,700)); }
for (let i = 0; i < n; i++) await one(i);
const f = (m: Record<string, number>) => Object.fromEntries(Object.entries(m).map(([k, v]) => [k, +(v / n).toFixed(3)]));
const sum = (m: Record<string, number>) => (Object.values(m).reduce((a, b) => a + b) / n).toFixed(3);
console.log('cpu', f(spent), sum(spent), 'wall', f(wall), sum(wall));
if (process.env.FN) { await new Promise((r) => setTimeout(r, 1500)); const rows = (await o.c.query("select schemaname||'.'||funcname as f, calls::float, total_time, self_time from pg_stat_user_functions order by self_time desc limit 40")).rows; for (const r of rows) console.log(r.f.padEnd(44), (r.calls / n).toFixed(2).padStart(7), (r.total_time / r.calls).toFixed(4).padStart(8), (r.self_time / n).toFixed(4)); }
for (const x of [o, e, h]) await x.c.end(); await server.stop(); await rm(dir, { recursive: true, force: true });
