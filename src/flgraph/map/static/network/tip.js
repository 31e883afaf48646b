// One line of text at the pointer: the title of what it rests on. It goes with the first thing that happens next.

function createTip() {
  const tip = find("tip");
  const frame = tip.parentElement;
  const pointer = { x: 0, y: 0 };

  function hide() {
    tip.hidden = true;
    tip.textContent = "";
  }
  function show(text) {
    tip.textContent = text;
    tip.hidden = !text;
    if (!text) return;
    const box = frame.getBoundingClientRect();
    const x = Math.min(pointer.x - box.left + 14, box.width - tip.offsetWidth - 4);
    const below = pointer.y - box.top + 18;
    const y = below + tip.offsetHeight > box.height ? pointer.y - box.top - tip.offsetHeight - 10 : below;
    tip.style.left = `${Math.max(4, x)}px`;
    tip.style.top = `${Math.max(4, y)}px`;
  }
  document.addEventListener("pointermove", (event) => {
    Object.assign(pointer, { x: event.clientX, y: event.clientY });
    if (!find("map").contains(event.target)) hide();
  });
  for (const name of ["pointerdown", "wheel", "keydown", "scroll", "pointerleave"]) document.addEventListener(name, hide, { capture: true, passive: true });
  window.addEventListener("blur", hide);
  window.addEventListener("hashchange", hide);
  return { show, hide };
}
