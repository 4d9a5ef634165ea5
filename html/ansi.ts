/**
 * What a terminal would show of a program's output, as rows of styled text. Small and strict: colours and attributes, carriage
 * return, backspace, tab, erase in line, moves within the last 40 rows, and links to http(s); every other sequence is dropped.
 * Nothing here makes HTML (paint.ts does). Sources: ECMA-48; xterm's ctlseqs; the state table of vt100.net/emu/dec_ansi_parser.
 */
import { applyControl, applyCsi } from './controls.ts';
import { emptyScreen, put, type Screen } from './screen.ts';
import { plain, type Style } from './style.ts';

/** Where in a sequence the parser is. `link` collects an OSC; `swallow` drops a string up to its end. */
type Phase = 'ground' | 'escape' | 'charset' | 'csi' | 'osc' | 'oscEscape' | 'swallow' | 'swallowEscape';

/** All there is to know between two pieces of output. Plain data: it survives JSON. */
export interface AnsiState {
  phase: Phase;
  /** What was collected of the present sequence, capped. */
  sequence: string;
  style: Style;
  screen: Screen;
  /** The first half of a surrogate pair whose other half is in the next piece. */
  pending: string;
}

/** Longer sequences of parameters are dropped: no program needs them, and some parsers took a second over one. */
const parametersMax = 128;
/** A sequence with an address is at most so long; in a longer one there is no link. */
const linkMax = 2_048;
/** The state before any output, or to resume at rest: with the style there and the number of rows above. */
export function startState(style: Style = plain, rowsAbove = 0): AnsiState {
  return { phase: 'ground', sequence: '', style, screen: emptyScreen(rowsAbove), pending: '' };
}

/** Takes a piece of output in. Changes the state in place, and depends on nothing else: cut anywhere, the result is the same. */
export function feed(state: AnsiState, piece: string): void {
  const text = state.pending + piece;
  const last = text.charCodeAt(text.length - 1);
  state.pending = last >= 0xd800 && last <= 0xdbff ? (text.at(-1) ?? '') : '';
  for (const character of state.pending ? text.slice(0, -1) : text) step(state, character);
}

/** True between sequences and at a row's start: output can be resumed from here with the style alone. */
export function isAtRest(state: AnsiState): boolean {
  const { screen } = state;
  const isLast = screen.row === screen.first + screen.rows.length - 1;
  return state.phase === 'ground' && screen.column === 0 && isLast && state.pending === '' && !state.style.link;
}

function step(state: AnsiState, character: string): void {
  const code = character.codePointAt(0) ?? 0;
  if (code === 0x18 || code === 0x1a) begin(state, 'ground');
  else if (code >= 0x80 && code <= 0x9f) startFrom(state, code - 0x40);
  else if (state.phase === 'ground' && code >= 0x20 && code !== 0x7f) put(state.screen, character, state.style);
  else if (code === 0x1b) begin(state, inString[state.phase] ?? 'escape');
  else if (code < 0x20 && !strings.has(state.phase)) applyControl(state, code);
  else if (code !== 0x7f) phases[state.phase](state, character, code);
}

/** An ESC inside a string: its end, if a backslash follows. */
const inString: Partial<Record<Phase, Phase>> = { osc: 'oscEscape', swallow: 'swallowEscape' };
const strings: ReadonlySet<Phase> = new Set(['osc', 'oscEscape', 'swallow', 'swallowEscape']);

const phases: Record<Phase, (state: AnsiState, character: string, code: number) => void> = {
  ground() {},
  escape: (state, _character, code) =>
    code >= 0x20 && code <= 0x2f ? begin(state, 'charset') : startFrom(state, code),
  charset: (state, _character, code) => code >= 0x30 && begin(state, 'ground'),
  csi(state, character, code) {
    if (code < 0x40) return collect(state, character, parametersMax);
    if (code <= 0x7e && state.sequence.length <= parametersMax) applyCsi(state, state.sequence, character);
    begin(state, 'ground');
  },
  osc(state, character, code) {
    if (code >= 0x20) return collect(state, character, linkMax);
    if (code === 0x07) endOsc(state);
  },
  oscEscape(state, _character, code) {
    if (code === 0x5c) return endOsc(state);
    begin(state, 'escape');
    phases.escape(state, _character, code);
  },
  swallow() {},
  swallowEscape(state, character, code) {
    begin(state, 'ground');
    if (code !== 0x5c) phases.escape(state, character, code);
  },
};

/** After ESC, or as one C1 control (which is 0x40 above): what kind of sequence begins. */
function startFrom(state: AnsiState, code: number): void {
  if (code === 0x5b) begin(state, 'csi');
  else if (code === 0x5d) begin(state, 'osc');
  else if (code === 0x50 || code === 0x58 || code === 0x5e || code === 0x5f) begin(state, 'swallow');
  else if (code === 0x5c && state.phase === 'osc') endOsc(state);
  else begin(state, 'ground');
}

function begin(state: AnsiState, phase: Phase): void {
  // The text of an OSC is needed until the character after ESC shows whether it ends here.
  if (phase !== 'oscEscape') state.sequence = '';
  state.phase = phase;
}

function collect(state: AnsiState, character: string, max: number): void {
  if (state.sequence.length <= max) state.sequence += character;
}

/** OSC 8 ; parameters ; address. Source: gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda. */
function endOsc(state: AnsiState): void {
  const [, address] = /^8;[^;]*;([\s\S]*)$/.exec(state.sequence) ?? [];
  const isWhole = state.sequence.length <= linkMax;
  if (address !== undefined) state.style = { ...state.style, link: isWhole ? webAddress(address) : '' };
  begin(state, 'ground');
}

function webAddress(address: string): string {
  const isWeb = /^https?:\/\/[!-~]+$/i.test(address) && URL.canParse(address);
  return isWeb ? address : '';
}
