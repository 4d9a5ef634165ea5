/** Where what had the focus goes away, what it stood in takes it: nobody is sent back to where the page begins. */

let focused;
document.addEventListener('focusin', ({ target }) => {
  const home = target.closest('.block, #composer, dialog')?.id;
  // In its place: the button for still earlier lines, or the one that closes the dialog.
  focused = { target, home, next: target.matches('.earlier button') ? '.earlier button' : '[data-close]' };
});

document.addEventListener('htmx:after:swap', () => {
  if (document.activeElement !== document.body || !focused || focused.target.isConnected) return;
  const home = byId(focused.home) ?? byId('command') ?? byId('main');
  (home.querySelector(focused.next) ?? home).focus({ preventScroll: true });
});
