/** Reading Server-Sent Events. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */

/** One event of a stream. */
export type SseEvent = { id: string; event: string; data: string };

/** The events of a stream of bytes, as they become complete; what is cut off at the end is left out. `onBytes` is told of any life. */
export async function* readEvents(
  body: AsyncIterable<Uint8Array>,
  onBytes: () => void = () => {},
): AsyncGenerator<SseEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const bytes of body) {
    onBytes();
    rest += decoder.decode(bytes, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parse(block);
      if (event.data !== '') yield event;
    }
  }
}

function parse(block: string): SseEvent {
  const event: SseEvent = { id: '', event: 'message', data: '' };
  for (const line of block.split('\n')) {
    const [, name, value = ''] = /^(id|event|data): ?(.*)$/s.exec(line) ?? [];
    if (name === 'data') event.data += value;
    else if (name) event[name as 'id' | 'event'] = value;
  }
  return event;
}
