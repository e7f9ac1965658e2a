/**
 * Single keys, only where the person has chosen them (body[data-shortcuts="on"]): an IME and a screen reader own them
 * otherwise. `/` search, `n` primary action, `j` `k` rows, `g` + letter menu, `?` this list.
 */
const WAIT = 1500; // milliseconds between g and its letter

let goUntil = 0;

function isTyping(element) {
  return element instanceof HTMLElement && (element.isContentEditable || element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select"));
}

function step(offset) {
  const links = [...document.querySelectorAll("#content [data-row-link]")];
  const at = links.indexOf(document.activeElement);
  links[at < 0 ? 0 : at + offset]?.focus();
}

const ACTS = {
  "/": () => {
    const box = document.querySelector("[data-search-box]");
    if (box?.offsetParent) box.focus();
    else document.querySelector(".header-search-link")?.click();
  },
  n: () => document.querySelector("[data-primary-action]")?.click(),
  j: () => step(1),
  k: () => step(-1),
  "?": () => document.getElementById("shortcuts-dialog")?.showModal(),
};

function onKey(event) {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
  if (Date.now() < goUntil) {
    goUntil = 0;
    const link = document.querySelector(`[data-shortcut="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
  } else if (event.key === "g") {
    goUntil = Date.now() + WAIT;
  } else if (Object.hasOwn(ACTS, event.key)) {
    event.preventDefault();
    ACTS[event.key]();
  }
}

export function start() {
  if (document.body.dataset.shortcuts === "on") document.addEventListener("keydown", onKey);
}
