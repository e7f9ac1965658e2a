/** details[data-dropdown]: closes on Escape, outside and when another opens; arrow keys move inside. */
import { mount } from "groupware/mount";

function entries(dropdown) {
  return [...dropdown.querySelectorAll(".dropdown-panel a[href], .dropdown-panel button, .dropdown-panel input, .dropdown-panel select")]
    .filter((element) => element.offsetParent !== null && !element.disabled);
}

function move(dropdown, event) {
  const all = entries(dropdown);
  const at = all.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? all.length - 1 : at - 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || !all.length || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  all[(to + all.length) % all.length].focus();
}

export function start() {
  mount("details[data-dropdown]", (dropdown) => {
    const summary = dropdown.querySelector("summary");
    dropdown.addEventListener("toggle", () => {
      if (!dropdown.open) return;
      for (const other of document.querySelectorAll("details[data-dropdown][open]")) {
        if (other !== dropdown && !other.contains(dropdown)) other.open = false;
      }
    });
    dropdown.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Escape" && dropdown.open) {
        event.stopPropagation();
        dropdown.open = false;
        summary.focus();
      } else if (event.target === summary && !dropdown.open && event.key === "ArrowDown") {
        event.preventDefault();
        dropdown.open = true;
        entries(dropdown)[0]?.focus();
      } else if (dropdown.open) {
        move(dropdown, event);
      }
    });
    dropdown.addEventListener("focusout", (event) => {
      if (dropdown.open && event.relatedTarget && !dropdown.contains(event.relatedTarget)) dropdown.open = false;
    });
  });
  document.addEventListener("pointerdown", (event) => {
    for (const dropdown of document.querySelectorAll("details[data-dropdown][open]")) {
      if (!dropdown.contains(event.target)) dropdown.open = false;
    }
  });
}
