/** How far the record of one session can be trusted: a mark, a colour and the words. */
import { html } from 'hono/html';
import type { Shield } from '../sql/contract.ts';
import type { Html } from './page.ts';
import { clock, count } from './text.ts';

/** What the shield says. It is the database's own word; the offline verifier needs none. */
export function shieldPanel(shield: Shield): Html {
  const { name, icon, title, text } = verdictOf(shield);
  const { checked_from, removed } = shield;
  const rest = [
    removed > 0 ? `Events up to ${count(removed)} were removed with a signed tombstone.` : '',
    checked_from > removed + 1 ? `Walked from event ${count(checked_from)} on.` : '',
  ];
  return html`<section class="shield ${name}" aria-label="Shield"><i class="i i-${icon}" aria-hidden="true"></i><div><h2>${title}</h2><p>${text} ${rest.join(' ')}</p><p class="soft">Proof against who may write the database: export it, and run <code>limpet audit verify</code> with the host’s public key.</p></div></section>`;
}

function verdictOf({ broken_at, events, covered, checkpoint, signed_by, signed_at }: Shield) {
  if (broken_at !== null) {
    return {
      name: 'broken',
      icon: 'shield-broken',
      title: `Broken at event ${count(broken_at)}`,
      text: 'It, or one around it, was altered or is missing. What comes before it still holds.',
    };
  }
  const signed =
    checkpoint === null
      ? ''
      : `Checkpoint ${count(checkpoint)} of ${clock(signed_at ?? '')}, signed by ${signed_by}, covers `;
  if (covered >= events && events > 0) {
    const text = `${signed}all ${count(events)} events, and none of them was altered since.`;
    return { name: 'verified', icon: 'shield', title: 'Verified', text };
  }
  const open = events - covered;
  return {
    name: 'tail',
    icon: 'shield-open',
    title:
      covered === 0
        ? 'Not yet checkpointed'
        : `Tail of ${count(open)} ${open === 1 ? 'event' : 'events'} not yet checkpointed`,
    text: `${covered === 0 ? 'The chain is whole, and no signed checkpoint covers it yet.' : `The chain is whole. ${signed}the first ${count(covered)} events.`} The next comes within minutes.`,
  };
}
