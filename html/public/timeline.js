/** The time line of a replay: where each command stands on it, with the pauses between them cut. player.js plays along it. */
{
  const seek = byId('seek');
  const idle = byId('idle');
  const markers = [...document.querySelectorAll('#markers li')].map((element) => ({
    element,
    seq: Number(element.dataset.seq),
    start: Number(element.dataset.start),
    end: Number(element.dataset.end),
    from: 0,
  }));

  /* Where each command stands on the time line, with pauses between them cut. */
  const layOut = () => {
    const limit = Number(idle.value) * 1_000 || Number.POSITIVE_INFINITY;
    let end = markers[0].start;
    timeline.total = 0;
    for (const marker of markers) {
      marker.from = timeline.total + Math.min(limit, Math.max(0, marker.start - end));
      timeline.total = marker.from + marker.end - marker.start;
      end = Math.max(end, marker.end);
    }
    seek.max = String(Math.max(1, timeline.total));
    byId('ticks').replaceChildren(
      ...markers.map((marker) => {
        const tick = document.createElement('i');
        tick.style.left = `${(marker.from / Math.max(1, timeline.total)) * 100}%`;
        return tick;
      }),
    );
  };

  const bySeq = new Map(markers.map((marker) => [marker.seq, marker]));
  const timeOf = (frame) => {
    const marker = bySeq.get(frame.seq);
    return marker ? marker.from + Math.max(0, Math.floor(frame.at) - marker.start) : Number.POSITIVE_INFINITY;
  };
  const markerAt = (ms) => markers.findLastIndex(({ from }) => from <= ms);

  const clock = (ms) => `${Math.floor(ms / 60_000)}:${String(Math.floor(ms / 1_000) % 60).padStart(2, '0')}`;

  const timeline = { markers, layOut, timeOf, markerAt, clock, total: 0 };
  globalThis.timeline = timeline;
}
