import { rmSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { PrivateDirectory } from '../../../worker/shell/directory.ts';
import { areHeld, openTestShell, temporaryDirectory } from './support.ts';

/** Runs `first`, opens another shell from the state after it, and runs `second` there. */
async function inNextGeneration(first: string, second: string) {
  const before = await openTestShell();
  const { state } = await before.exec(first);
  await before.close();
  if (!state) throw new Error('no state');
  const after = await openTestShell({ cwd: before.scratch, restore: state });
  return { ...(await after.exec(second)), problems: after.problems, scratch: before.scratch, before: state };
}

describe('what a DEBUG trap prints in functions is in nothing that is told', () => {
  test.each([
    ['set -o functrace', `trap 'echo "+ $BASH_COMMAND"' DEBUG`],
    ['set -T', `trap 'echo "$1:7:ran:"' DEBUG`],
    ['shopt -s extdebug', `trap 'echo "+ $BASH_COMMAND"' DEBUG`],
  ])('%s: %s', async (option, trap) => {
    const shell = await openTestShell();
    expect(await shell.exec(`${trap}; ${option}; true`)).toMatchObject({ exitCode: 0, cwd: shell.scratch });
    expect(await shell.exec('cd /etc')).toMatchObject({ exitCode: 0, cwd: '/etc' });
    const { exitCode, state } = await shell.exec('f() { return 9; }; f');
    expect(exitCode).toBe(9);
    const told = Buffer.from(state ?? []).toString();
    expect(told).toContain(`builtin ${trap.replace('trap', 'trap --')}\0`);
    expect(told).toMatch(/__limpet_options '[^']*functrace/);
    expect(told).not.toContain('+ builtin');
    // Both are on, for its functions too.
    const { out } = await shell.exec(`trap 'echo traced' DEBUG; f() { :; }; f; trap -p DEBUG; echo $-`);
    expect(out.match(/traced\n/g)?.length).toBeGreaterThan(4);
    expect(out).toMatch(/\n\w*T\w*\n/);
    const off = await shell.exec('trap - DEBUG; shopt -u extdebug; set +T');
    expect(Buffer.from(off.state ?? []).toString()).not.toContain('functrace');
  });
});

describe('a restored shell has', () => {
  test.each([
    ['variables, exported or not', 'a=1; export B="two words"', 'echo $a; env | grep ^B=', '1\nB=two words\n'],
    [
      'values with anything in them',
      `v=$'a\\n"b"\\t\\'c\\' $(d) \\\\ \\xff'`,
      'printf %s "$v" | od -An -c | tr -d " \\n"',
      `a\\n"b"\\t'c'$(d)\\377`,
    ],
    ['arrays', "a=(1 'b c' $'d\\ne'); a[7]=x", `echo "\${#a[@]} \${a[1]} \${a[2]} \${a[7]}"`, '4 b c d\ne x\n'],
    ['associative arrays', `declare -A m=([k]=v ['a b']="c'd")`, `echo \${m[k]} "\${m[a b]}"`, "v c'd\n"],
    ['readonly and integer variables', 'readonly R=1; declare -i i=2', 'i+=3; echo $i; R=2', '5\n'],
    ['name references', 'x=1; declare -n ref=x', 'ref=2; echo $x', '2\n'],
    [
      'functions',
      'f() { local x=$1; echo "f:$x }"; }\ng() { cat <<END\n}\nh () \n$1\nEND\n}',
      'f 1; g 2',
      'f:1 }\n}\nh () \n2\n',
    ],
    ['exported functions', 'f() { echo exported; }; export -f f', 'bash -c f', 'exported\n'],
    [
      'functions named as builtins',
      'cd() { builtin cd "$@" && echo moved; }; trap() { :; }; alias() { :; }',
      'cd /',
      'moved\n',
    ],
    [
      'functions written with extglob',
      'shopt -s extglob; eval "f() { case \\$1 in !(a)) echo other;; esac; }"',
      'f b',
      'other\n',
    ],
    ['aliases', `alias ll='echo "long list"' -- --='echo dash'`, 'll', 'long list\n'],
    [
      'functions that aliases would change',
      'f() { ls() { :; }; true now; }; alias true=echo',
      'f; true alias',
      'alias\n',
    ],
    [
      'shopt options',
      'shopt -s globstar nullglob; shopt -u sourcepath',
      'shopt -q globstar nullglob && ! shopt -q sourcepath && echo kept',
      'kept\n',
    ],
    [
      'set options',
      'set -o pipefail -o noclobber; set +o braceexpand',
      'echo {a,b} $-; false | true; echo $?',
      expect.stringMatching(/^\{a,b\} h?i?.*C.*\n1\n$/),
    ],
    ['the umask', 'umask 027', 'umask', '0027\n'],
    [
      'traps',
      `trap 'echo "bye $?"' EXIT; trap '' USR1`,
      'kill -USR1 $$; trap -p EXIT',
      `trap -- 'echo "bye $?"' EXIT\n`,
    ],
    ['no variable that was unset', 'unset PAGER', `echo "\${PAGER-unset}"`, 'unset\n'],
    [
      'positions that were special: IFS and PATH',
      'IFS=:; PATH=$PATH:/extra',
      'x=a:b; set -- $x; echo $#; case $PATH in *:/extra) echo extra;; esac',
      '2\nextra\n',
    ],
    ['OLDPWD', 'cd /usr; cd /', 'cd -; pwd', '/usr\n/usr\n'],
    ['errexit', 'set -e', 'echo $-', expect.stringContaining('e')],
  ])('%s', async (_, first, second, out) => {
    const ran = await inNextGeneration(first, second);
    expect(ran.problems).toEqual([]);
    expect(ran.out).toEqual(out);
  });

  test('the directory it was in', async () => {
    const ran = await inNextGeneration(`mkdir $'new\\n\\'dir'; cd $'new\\n\\'dir'`, 'pwd');
    expect(ran.cwd).toBe(`${ran.scratch}/new\n'dir`);
    expect(ran.out).toBe(`${ran.cwd}\n`);
  });

  test('the same state again', async () => {
    const first =
      'a=1; f() { :; }; alias x=y; trap : USR1 DEBUG ERR; shopt -s globstar; cd /usr; declare -A m=([a]=1 [b]=2)';
    const ran = await inNextGeneration(first, ':');
    expect(Buffer.from(ran.state ?? []).toString()).toBe(Buffer.from(ran.before).toString());
  });

  test('the exit code that the caller tells', async () => {
    const shell = await openTestShell({ exitCode: 3 });
    expect((await shell.exec('echo $?')).out).toBe('3\n');
  });
});

describe('what cannot be restored is reported and costs only itself', () => {
  test('a broken part among whole ones', async () => {
    const parts = ['a=1', 'f() { (', 'declare -r UID="5"', 'nosuchcommand', 'b=2'];
    const shell = await openTestShell({ restore: Buffer.from(parts.map((part) => `${part}\0`).join('')) });
    expect((await shell.exec('echo $a $b')).out).toBe('1 2\n');
    expect(shell.problems.join('\n')).toMatch(
      /syntax error.*\ndeclare: UID: readonly variable\nnosuchcommand: command not found$/,
    );
  });

  test('a directory that is gone', async () => {
    const before = await openTestShell();
    const { state } = await before.exec('mkdir gone; cd gone; x=1');
    rmSync(`${before.scratch}/gone`, { recursive: true });
    const home = temporaryDirectory();
    const after = await openTestShell({ cwd: home, restore: state ?? Buffer.of() });
    expect(after.problems).toEqual([expect.stringMatching(/^cd: .*gone: No such file or directory$/)]);
    expect(await after.exec('echo $x')).toMatchObject({ out: '1\n', cwd: home });
  });

  test('a directory that is gone is told once, where the shell was to start in it as well', async () => {
    const before = await openTestShell();
    const { state } = await before.exec('mkdir gone; cd gone');
    rmSync(`${before.scratch}/gone`, { recursive: true });
    const environment = { HOME: before.scratch, PATH: '/usr/bin:/bin' };
    const after = await openTestShell({ cwd: `${before.scratch}/gone`, environment, restore: state ?? Buffer.of() });
    expect(after.problems).toEqual([expect.stringMatching(/^cd: .*gone: No such file or directory$/)]);
  });

  test('a starting directory that is not there', async () => {
    const home = temporaryDirectory();
    const shell = await openTestShell({ cwd: '/no/such', environment: { HOME: home, PATH: '/usr/bin:/bin' } });
    expect(shell.problems).toEqual(['cd: /no/such: No such file or directory']);
    expect((await shell.exec('pwd')).out).toBe(`${home}\n`);
  });
});

describe('a state that no shell survives', () => {
  const parts = (...texts: string[]) => Buffer.from(texts.map((text) => `${text}\0`).join(''));
  const kept = ['builtin cd -- /usr', 'declare -- v="kept"', 'f () \n{ \n    echo "f $v"\n}\n'];
  test.each([
    ['by its traps', "builtin trap -- 'exit 4' DEBUG", 'bash ended at once (4).'],
    [
      'by its prompt',
      'declare -- PROMPT_COMMAND="kill -9 \\$\\$"',
      `bash ended at once (${areHeld() ? 137 : 'SIGKILL'}).`,
    ],
  ])('%s is restored without', async (_, deadly, why) => {
    const shell = await openTestShell({ restore: parts(...kept, deadly) });
    expect(shell.problems).toEqual([`Traps, options and prompts were left out: ${why}`]);
    expect(await shell.exec('f')).toMatchObject({ out: 'f kept\n', cwd: '/usr' });
  });

  test.each([
    ['ends it', 'exit 4', 'bash ended at once (4).'],
    ['breaks the protocol', 'enable -n printf', 'bash did not take up the protocol.'],
  ])('since it %s is not restored at all, and said not to be', async (_, deadly, why) => {
    const shell = await openTestShell({ restore: parts(...kept, deadly) });
    expect(shell.problems).toEqual([`Nothing was restored: ${why}`]);
    expect((await shell.exec('echo "[$v]"')).out).toBe('[]\n');
  });

  test.skipIf(areHeld())('is not to blame for a full disk: no shell opens without it', async ({ onTestFinished }) => {
    const { write } = PrivateDirectory.prototype;
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const writing = vi.spyOn(PrivateDirectory.prototype, 'write').mockImplementation(function (
      this: PrivateDirectory,
      name,
      content,
    ) {
      if (name === 'restore' && content.length > 1000) throw full;
      write.call(this, name, content);
    });
    onTestFinished(() => writing.mockRestore());
    const opening = openTestShell({ restore: parts(...kept, `declare -- great="${'x'.repeat(1000)}"`) });
    await expect(opening).rejects.toThrow(full.message);
  });
});
