/**
 * bubblewrap: the machine's files to be read, none of other sessions, of limpet or of people, processes and a /tmp of the session's
 * own, and no network unless it is allowed. It needs no rights, only that the kernel lets users make namespaces.
 */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** Where bash finds its terminal: the machine's others are not there. */
export const terminalPath = '/dev/limpet-terminal';

/** Where people, services and programs keep what is not a session's business. The sockets of services are in /run. */
const privatePlaces = ['/home', '/root', '/run', '/var/tmp', '/mnt', '/media'];

/** What bubblewrap puts between a session and the machine. */
export interface Walls {
  /** No namespaces can be made inside, which the kernel has had faults in: bubblewrap 0.8 and later can do that. */
  isStrict: boolean;
  network: boolean;
  /** Directories of limpet's, which sessions find empty but for what is theirs. */
  hidden: string[];
  /** Found by sessions in spite of the above, to be read. */
  shown: string[];
}

/** What a shell has to itself. */
export interface Rooms {
  home: string;
  /** Its /tmp. */
  tmp: string;
  /** Of the shell: its FIFOs and files. */
  directory: string;
  terminal: string | undefined;
}

/** The words before those of the program that is to run behind these walls. */
export function bubblewrapWords(
  { isStrict, network, hidden, shown }: Walls,
  { home, tmp, directory, terminal }: Rooms,
): string[] {
  const places = [...new Set([...privatePlaces, homedir(), ...hidden].map((place) => path.resolve(place)))];
  // One inside another is gone with it: it would come back as an empty directory, which tells its name.
  const isInside = (place: string) => places.some((other) => place.startsWith(`${other}/`));
  const empty = places.filter((place) => place !== '/' && !isInside(place) && existsSync(place));
  return [
    ...['bwrap', '--unshare-user', '--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(isStrict ? ['--disable-userns'] : []),
    ...(network ? [] : ['--unshare-net']),
    ...['--die-with-parent', '--hostname', 'limpet', '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'],
    ...empty.flatMap((place) => ['--tmpfs', place]),
    ...shown.flatMap((place) => ['--ro-bind', place, place]),
    ...['--bind', tmp, '/tmp', '--bind', home, home, '--bind', directory, directory],
    ...(terminal === undefined ? [] : ['--dev-bind', terminal, terminalPath]),
    ...['--chdir', '/', '--'],
  ];
}
