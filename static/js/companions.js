/**
 * What a function keeps at hand on every page:
 *
 *   button[data-companion="chat"][data-count-url][data-panel-url][data-module][data-sheet]   in the header
 *
 * Its number is fetched after the page has loaded, at most once a minute for all pages of a window, and stands at the
 * button, at its item of the menu and in the title. `document` hears "companion:changed" (detail: the id) from whoever knows that
 * the number is another one now. The panel is fetched when it is first opened, and goes along from page to page while it is open.
 * Its module has `enhance(panel, { load, home })`, called for every part that was loaded; the first element of a part that is left
 * hears "companion:leave".
 */
import { mount, mountAll } from "groupware/mount";
import { onBell } from "groupware/live";
import { request } from "groupware/request";
import { count, showBadge } from "groupware/tally";
import { text } from "groupware/texts";

const AFTER = 1000; // milliseconds: whoever only passes through a page asks nothing
const HOLDS = 60_000;
const EVERY = 120_000;
const PAUSE = 3000;

export function start() {
  mount("[data-companion]", (button) => {
    keepCount(button);
    if (button.dataset.panelUrl) keepPanel(button);
  });
}

/* The number */

function keepCount(button) {
  const { companion: id, countUrl } = button.dataset;
  const name = `companion.${id}.${document.body.dataset.person}`;
  let timer = 0;

  function show(number) {
    showBadge(button, number);
    for (const item of document.querySelectorAll(`[data-menu-item="${CSS.escape(id)}"] a, [data-menu-copy="${CSS.escape(id)}"] a`)) showBadge(item, number);
    count(id, number);
  }
  async function ask() {
    timer = 0;
    if (document.hidden) return;
    const response = await fetch(countUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" }).catch(() => null);
    if (!response?.ok) return;
    const { count: number } = await response.json();
    keep(name, { number, at: Date.now() });
    show(number);
  }
  function soon(delay = PAUSE) {
    if (!timer) timer = window.setTimeout(ask, delay);
  }
  function askIfOld(delay) {
    const kept = recall(name);
    if (kept) show(kept.number);
    if (!kept || Date.now() - kept.at > HOLDS) soon(delay);
  }

  askIfOld(AFTER);
  window.setInterval(soon, EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || askIfOld(0));
  document.addEventListener("companion:changed", ({ detail }) => {
    if (detail !== id) return;
    keep(name, null); // the next page asks as well, should this one be left before
    soon();
  });
  onBell(({ kind }) => kind?.startsWith(`${id}.`) && soon(200));
}

/* The panel */

function keepPanel(button) {
  const { companion: id, panelUrl, module, sheet } = button.dataset;
  const name = `companion.panel.${id}.${document.body.dataset.person}`;
  let panel = null;

  async function load(url) {
    panel.setAttribute("aria-busy", "true");
    const response = await request(url, { headers: { Accept: "text/html" } }).catch(() => null);
    panel.removeAttribute("aria-busy");
    if (!response?.ok && url !== panelUrl) return load(panelUrl); // it may be gone meanwhile
    const part = response?.ok ? new DOMParser().parseFromString(await response.text(), "text/html").body : null;
    const body = panel.querySelector("[data-companion-body]");
    body.firstElementChild?.dispatchEvent(new CustomEvent("companion:leave"));
    body.replaceChildren(...(part ? [...part.children].map((child) => apart(document.importNode(child, true), id)) : [problem()]));
    keep(name, { url });
    const { enhance } = await import(module);
    enhance(panel, { load, home: panelUrl });
    mountAll(body);
    return undefined;
  }

  async function open(url, isAsked) {
    if (!panel) {
      panel = document.getElementById(`companion-${id}`);
      const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: sheet });
      document.head.append(link);
      panel.querySelector("[data-companion-close]").addEventListener("click", close);
      panel.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && !event.isComposing && !event.defaultPrevented) close();
      });
    }
    panel.hidden = false;
    document.documentElement.dataset.companion = id;
    button.setAttribute("aria-expanded", "true");
    await load(url);
    if (isAsked) (panel.querySelector("[data-companion-body] a, [data-companion-body] textarea") ?? panel).focus();
  }

  function close() {
    panel.hidden = true;
    const body = panel.querySelector("[data-companion-body]");
    body.firstElementChild?.dispatchEvent(new CustomEvent("companion:leave"));
    body.replaceChildren();
    delete document.documentElement.dataset.companion;
    button.setAttribute("aria-expanded", "false");
    keep(name, null);
    button.focus();
  }

  button.addEventListener("click", () => (panel && !panel.hidden ? close() : open(panelUrl, true)));
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.isComposing || event.code !== button.dataset.key) return;
    event.preventDefault();
    button.click();
  });
  const kept = recall(name);
  if (kept?.url && button.offsetParent) open(kept.url, false);
}

/** The names in a part that was loaded, told apart from those of the page. */
function apart(part, id) {
  const own = (value) => value.split(" ").map((word) => `${id}-panel-${word}`).join(" ");
  for (const element of [part, ...part.querySelectorAll("*")]) {
    for (const name of ["id", "for", "aria-labelledby", "aria-describedby", "aria-controls"]) {
      if (element.hasAttribute?.(name)) element.setAttribute(name, own(element.getAttribute(name)));
    }
  }
  return part;
}

function problem() {
  return Object.assign(document.createElement("p"), { className: "muted", textContent: text("server-problem") });
}

function recall(name) {
  try {
    return JSON.parse(sessionStorage.getItem(name));
  } catch {
    return null;
  }
}

function keep(name, value) {
  try {
    if (value) sessionStorage.setItem(name, JSON.stringify(value));
    else sessionStorage.removeItem(name);
  } catch {
    // A browser that keeps nothing asks once more.
  }
}
