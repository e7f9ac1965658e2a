/**
 * Words for scripts. Scripts hold no sentence of their own: the page carries them in the reader's language
 * as data attributes of #texts (general) or of the element concerned.
 */

/** The general text `name`, for example text("offline"). */
export function text(name, values) {
  const key = name.replace(/-(\w)/g, (_match, letter) => letter.toUpperCase());
  return fill(document.getElementById("texts")?.dataset[key] ?? "", values);
}

/** Puts values into a pattern: fill("{name} …", {name: "…"}). */
export function fill(pattern, values = {}) {
  return (pattern ?? "").replace(/\{(\w+)\}/g, (match, name) => (name in values ? String(values[name]) : match));
}

/** Says something to screen readers without showing it. */
export function announce(message) {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  window.setTimeout(() => { region.textContent = message; }, 50);
}
