/** When what was written goes on its way. */

/** Small writes gather for this long, so that a chatty command costs a statement a moment and not one a line. */
const gatherMs = 10;
/** What comes after silence goes sooner, somebody may wait for it; but most commands that write end right then, and it goes with their end. */
const firstMs = 2;

/** Has `send` called soon after each call of what it returns: once for all that are made meanwhile. */
export function gathering(send: () => void): () => void {
  let [sentAt, isDue] = [Number.NEGATIVE_INFINITY, false];
  return () => {
    if (isDue) return;
    isDue = true;
    const write = () => {
      isDue = false;
      sentAt = performance.now();
      send();
    };
    setTimeout(write, Math.max(firstMs, sentAt + gatherMs - performance.now()));
  };
}
