/**
 * What of a recorded state a shell takes over. A session's own directory, its HOME, is named by the session (worker/homes.ts): a
 * fork has another one, and so has a session that comes to a host with another work directory. Pure.
 */

const end = 0;
/** The directory of a session, of any host, and what is below it. */
const ofASession = '[^\'"]*\\/sessions\\/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const homePath = new RegExp(`^${ofASession}(?=/|$)`);
const homeOf = {
  cd: new RegExp(`^(builtin cd -- ')${ofASession}(?=['/])`),
  old: new RegExp(`^(declare -[-\\w]+ OLDPWD=")${ofASession}(?=["/])`),
};
/** What the environment tells anew; a HOME that the user set is another. */
const given = new RegExp(`^declare -x (?:HOME="${ofASession}"|LIMPET_SESSION_ID=.*)$`, 's');

/** A path in the own directory of the session it was recorded in becomes the same path in `home`. */
export function relocated(path: string, home: string): string {
  return path.replace(homePath, () => home);
}

/** The state for a shell whose own directory is `home`: what was in the one it was recorded in is looked for there. */
export function restorable(state: Uint8Array, home: string): Uint8Array {
  return Buffer.concat(
    partsOf(state).map((part) => {
      const text = Buffer.from(part).toString('latin1');
      return Buffer.from(restorablePart(text, Buffer.from(home).toString('latin1')), 'latin1');
    }),
  );
}

function restorablePart(part: string, home: string): string {
  if (given.test(part.slice(0, -1))) return '';
  return part
    .replace(homeOf.cd, (_, start) => start + home.replaceAll("'", "'\\''"))
    .replace(homeOf.old, (_, start) => start + home.replaceAll(/["$`\\]/g, '\\$&'));
}

/** Parts end with NUL (worker/shell/state.ts). */
function partsOf(state: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < state.length; ) {
    const to = state.indexOf(end, from) + 1 || state.length;
    parts.push(state.subarray(from, to));
    from = to;
  }
  return parts;
}
