/** The environment of a caller of the API. Read without zod, which would take longer to load than all the rest of a call. */

export type ClientEnvironment = {
  LIMPET_URL?: string | undefined;
  LIMPET_KEY?: string | undefined;
  /** The session that is meant where none is named. */
  LIMPET_SESSION?: string | undefined;
  /** https://no-color.org */
  NO_COLOR?: string | undefined;
  TERM?: string | undefined;
  /** Where a program keeps what it remembers: the XDG base directory specification. */
  XDG_STATE_HOME?: string | undefined;
};

/** What is set. `NAME=` in a shell means the same as no NAME. */
export function clientEnvironment(): Readonly<ClientEnvironment> {
  const { LIMPET_URL, LIMPET_KEY, LIMPET_SESSION, NO_COLOR, TERM, XDG_STATE_HOME } = process.env;
  const given = { LIMPET_URL, LIMPET_KEY, LIMPET_SESSION, NO_COLOR, TERM, XDG_STATE_HOME };
  return Object.freeze(Object.fromEntries(Object.entries(given).filter(([, value]) => value)));
}
