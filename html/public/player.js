/** Plays a recording: asks for its frames as they are needed, and puts each on the stage when its time has come. */
const { markers } = timeline;
const stage = byId('stage');
const [playButton, speed, seek, idle] = ['play', 'speed', 'seek', 'idle'].map(byId);
const lastSeq = markers.at(-1)?.seq ?? 0;
const blocksMax = 30;
const aheadMin = 300;
let time = 0;
let frames = [];
let place = 0;
let next = null;
let isLoading = false;
let isPlaying = false;
let lastTick = 0;
/* A seek while frames are on their way makes those worthless. */
let turn = 0;

async function load() {
  if (isLoading || !next || next.seq > lastSeq) return;
  isLoading = true;
  const mine = turn;
  const response = await fetch(`${stage.dataset.frames}seq=${next.seq}&position=${next.position}`).catch(
    () => undefined,
  );
  if (mine !== turn) return;
  isLoading = false;
  byId('offline').hidden = response?.ok === true;
  if (!response?.ok) return setTimeout(load, 2_000);
  const page = await response.json();
  if (mine !== turn) return;
  frames = [...frames.slice(place), ...page.frames.filter(({ seq }) => seq <= lastSeq)];
  place = 0;
  next = page.next;
}

const blockOf = (seq) => stage.querySelector(`[data-seq="${seq}"]`);
const fragment = (markup) => document.createRange().createContextualFragment(markup);

function show(frame) {
  if (frame.head) {
    stage.append(fragment(frame.head));
    while (stage.childElementCount > blocksMax) stage.firstElementChild.remove();
  }
  const block = blockOf(frame.seq);
  if (!block) return;
  const open = block.querySelector('.open');
  if (frame.set !== undefined) {
    while (open.previousSibling) open.previousSibling.remove();
    open.before(fragment(frame.set));
  }
  if (frame.add) open.before(fragment(frame.add));
  if (frame.open !== undefined) open.replaceChildren(fragment(frame.open));
  if (frame.end) block.querySelector('.how').replaceChildren(fragment(frame.end));
}

function showUntil(ms) {
  const before = place;
  while (place < frames.length && timeline.timeOf(frames[place]) <= ms) show(frames[place++]);
  if (place > before) stage.scrollTo({ top: stage.scrollHeight });
  if (frames.length - place < aheadMin) load();
}

function tell() {
  seek.value = String(time);
  seek.setAttribute('aria-valuetext', `${timeline.clock(time)} of ${timeline.clock(timeline.total)}`);
  byId('clock').textContent = `${timeline.clock(time)} / ${timeline.clock(timeline.total)}`;
  const at = timeline.markerAt(time);
  for (const [index, { element }] of markers.entries()) element.classList.toggle('now', index === at);
}

function tick(now) {
  if (!isPlaying) return;
  const passed = (now - lastTick) * Number(speed.value);
  lastTick = now;
  const isWaiting = place >= frames.length && (isLoading || (next && next.seq <= lastSeq));
  if (!isWaiting) {
    time = Math.min(timeline.total, time + passed);
    // A pause within a command is cut as well.
    const limit = Number(idle.value) * 1_000;
    const coming = place < frames.length ? timeline.timeOf(frames[place]) : timeline.total;
    if (limit > 0 && coming - time > limit) time = coming - limit;
  }
  showUntil(time);
  tell();
  if (time >= timeline.total && place >= frames.length && !isLoading && (!next || next.seq > lastSeq))
    return setPlaying(false);
  requestAnimationFrame(tick);
}

function setPlaying(value) {
  isPlaying = value;
  playButton.setAttribute('aria-label', value ? 'Pause' : 'Play');
  playButton.firstElementChild.className = value ? 'i i-pause' : 'i i-play';
  if (!value) return;
  if (time >= timeline.total) goTo(0);
  lastTick = performance.now();
  requestAnimationFrame(tick);
}

/* From a few commands before the time that is wanted, so that there is something to look at. */
async function goTo(ms) {
  time = Math.min(Math.max(0, ms), timeline.total);
  turn += 1;
  const mine = turn;
  [frames, place, isLoading] = [[], 0, false];
  stage.replaceChildren();
  next = { seq: markers[Math.max(0, timeline.markerAt(time) - 5)].seq, position: -1 };
  tell();
  do {
    await load();
    if (mine !== turn) return;
    showUntil(time);
  } while (place >= frames.length && next && next.seq <= lastSeq && !isLoading);
}

if (stage) {
  timeline.layOut();
  goTo(0);
  playButton.addEventListener('click', () => setPlaying(!isPlaying));
  seek.addEventListener('input', () => goTo(Number(seek.value)));
  idle.addEventListener('change', () => {
    const at = timeline.markerAt(time);
    const into = time - markers[at].from;
    timeline.layOut();
    goTo(markers[at].from + into);
  });
  byId('markers').addEventListener('click', (event) => {
    const chosen = markers.find(({ element }) => element.contains(event.target));
    if (!chosen || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    goTo(chosen.from);
  });
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, select, dialog')) return;
    const at = timeline.markerAt(time);
    if (event.key === ' ' && !event.target.closest?.('button, a')) setPlaying(!isPlaying);
    else if (event.key === 'ArrowLeft') goTo(time - 5_000);
    else if (event.key === 'ArrowRight') goTo(time + 5_000);
    else if (event.key === 'j') goTo(markers[Math.min(at + 1, markers.length - 1)].from);
    else if (event.key === 'k') goTo(markers[Math.max(0, at - 1)].from);
    else return;
    event.preventDefault();
  });
}
