// Buttons, boxes that are filled anew, and texts that are cut or ended.

function makeButton(text, act, properties) {
  const button = make("button", { type: "button", ...properties }, text);
  button.addEventListener("click", act);
  return button;
}

// Fill a container anew; the control with the same data-key keeps the focus, and scrolled boxes their place.
function refill(container, children) {
  const active = container.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  const top = container.scrollTop;
  container.replaceChildren(...children.filter((child) => child !== null && child !== undefined && child !== false));
  if (top) container.scrollTop = top;
  if (active === undefined) return;
  const again = [...container.querySelectorAll("[data-key]")].find((element) => element.dataset.key === active);
  if (again) again.focus({ preventScroll: true });
}

function capitalize(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function endSentence(text) {
  return `${String(text).trim().replace(/\.$/, "")}.`;
}

function shorten(text, most) {
  const letters = Array.from(String(text).replace(/\s+/g, " ").trim());
  return letters.length > most ? `${letters.slice(0, most - 1).join("").trimEnd()}…` : letters.join("");
}
