/** How one browser wants the pages to look. Kept in a cookie that keys.js writes, so that a page comes as it is wanted at once. */
import { html } from 'hono/html';
import type { Html } from './page.ts';

/** The name of that cookie. */
export const viewCookie = 'limpet-view';

const themes = ['auto', 'light', 'dark'] as const;
/** Seconds between two looks of a list. 0: never by itself. */
const refreshes = [3, 10, 60, 0] as const;

export interface View {
  theme: (typeof themes)[number];
  wrap: boolean;
  times: boolean;
  announce: boolean;
  refreshS: (typeof refreshes)[number];
}

/** Reads the cookie (`theme=dark&wrap=0`); what is missing or makes no sense is as it is without one. */
export function readView(text = ''): View {
  const given = new URLSearchParams(text.slice(0, 256));
  return {
    theme: themes.find((theme) => theme === given.get('theme')) ?? 'auto',
    wrap: given.get('wrap') !== '0',
    times: given.get('times') === '1',
    announce: given.get('announce') === '1',
    refreshS: refreshes.find((seconds) => String(seconds) === given.get('refresh')) ?? refreshes[0],
  };
}

/** What the style sheets go by, on the document's element. */
export function viewAttributes({ theme, wrap, times }: View): Html {
  return html` data-theme="${theme}" data-wrap="${wrap ? 'on' : 'off'}" data-times="${times ? 'on' : 'off'}"`;
}

/** How often a list asks, as htmx has it; a list that is not to ask does so when it is told to. */
export function refreshTrigger({ refreshS }: View): string {
  return refreshS === 0 ? 'tail' : `every ${refreshS}s, tail`;
}

/** The menu in which all of it is chosen. */
export function viewMenu(view: View): Html {
  const themeTexts = { auto: 'As the system', light: 'Light', dark: 'Dark' };
  const refreshTexts = { 3: 'Every 3 s', 10: 'Every 10 s', 60: 'Every minute', 0: 'By hand' };
  return html`<details class="menu scripted" id="view-menu"><summary title="View"><i class="i i-view" aria-hidden="true"></i><span class="quiet-to-the-eye">View</span></summary>
<form class="sheet" id="view"><h2>View</h2>
<label>Theme <select name="theme">${themes.map((theme) => option(theme, themeTexts[theme], theme === view.theme))}</select></label>
<label>Refresh lists <select name="refresh">${refreshes.map((s) => option(String(s), refreshTexts[s], s === view.refreshS))}</select></label>
${checkbox('wrap', 'Wrap long lines', view.wrap)}${checkbox('times', 'Show times', view.times)}${checkbox('announce', 'Read output aloud', view.announce)}
</form></details>`;
}

function option(value: string, text: string, isChosen: boolean): Html {
  return html`<option value="${value}" ${isChosen ? 'selected' : ''}>${text}</option>`;
}

function checkbox(name: string, text: string, isOn: boolean): Html {
  return html`<label class="check"><input type="checkbox" name="${name}" value="1" ${isOn ? 'checked' : ''}> ${text}</label>`;
}
