/** The left column and the side panel: open and closed, remembered on this device. */
import { delegate } from "groupware/mount";

const WIDE = window.matchMedia("(min-width: 100em)");

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch { /* storage may be refused: the choice lasts for this page */ }
}

function recall(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function setNav(isOpen) {
  document.documentElement.toggleAttribute("data-nav", !isOpen);
  if (!isOpen) document.documentElement.setAttribute("data-nav", "closed");
  for (const button of document.querySelectorAll("[data-nav-toggle]")) button.setAttribute("aria-expanded", String(isOpen));
}

function setPanel(host, isOpen) {
  host.dataset.panel = isOpen ? "open" : "closed";
  for (const button of document.querySelectorAll("[data-panel-toggle]")) button.setAttribute("aria-expanded", String(isOpen));
}

function startNav() {
  // On narrow screens the column lies above the content, so it starts closed there.
  const isNarrow = window.matchMedia("(max-width: 61.99em)").matches;
  if (document.querySelector("[data-nav-toggle]")) setNav(!isNarrow && recall("groupware.nav") !== "closed");
  delegate("click", "[data-nav-toggle]", () => {
    const isOpen = document.documentElement.dataset.nav === "closed";
    setNav(isOpen);
    if (!window.matchMedia("(max-width: 61.99em)").matches) remember("groupware.nav", isOpen ? "open" : "closed");
  });
}

function startPanel() {
  const host = document.querySelector("[data-panel-host]");
  if (!host) return;
  const toggle = document.querySelector("[data-panel-toggle]");
  const close = () => {
    setPanel(host, false);
    if (WIDE.matches) remember("groupware.panel", "closed");
    toggle?.focus();
  };
  // Beside the content where there is room; otherwise closed until asked for.
  const settle = () => setPanel(host, WIDE.matches && recall("groupware.panel") !== "closed");
  settle();
  WIDE.addEventListener("change", settle);
  toggle?.addEventListener("click", () => {
    if (host.dataset.panel === "open") return close();
    setPanel(host, true);
    if (WIDE.matches) remember("groupware.panel", "open");
    else host.querySelector("[data-panel-close]")?.focus();
  });
  delegate("click", "[data-panel-close]", close);
  host.querySelector(".side-panel")?.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing && !WIDE.matches) close();
  });
}

export function start() {
  startNav();
  startPanel();
}
