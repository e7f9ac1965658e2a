/**
 * Lists and trees by keyboard: in [data-row-keys] the arrows go from row to row, in [data-tree] they also open and close.
 * A frame [data-scrolls="name"] can be reached by Tab while it is too narrow for its table.
 */
import { mount } from "groupware/mount";

const isPlain = (event) => !(event.isComposing || event.ctrlKey || event.metaKey || event.altKey);

function rowKeys(list) {
  list.addEventListener("keydown", (event) => {
    if (!isPlain(event) || !event.target.matches("[data-row-link]")) return;
    const links = [...list.querySelectorAll("[data-row-link]")];
    const at = links.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
    if (to === undefined || !links[to]) return;
    event.preventDefault();
    links[to].focus();
  });
}

function treeKeys(tree) {
  tree.addEventListener("keydown", (event) => {
    if (!isPlain(event)) return;
    const links = [...tree.querySelectorAll(".tree-link")].filter((link) => !link.closest("details:not([open])"));
    const node = event.target.closest(".tree-node");
    if (!node) return;
    const branch = node.querySelector(":scope > details");
    const link = node.querySelector(":scope > .tree-link");
    const at = links.indexOf(link);
    let to = { ArrowDown: links[at + 1], ArrowUp: links[at - 1], Home: links[0], End: links[links.length - 1] }[event.key];
    if (event.key === "ArrowRight" && branch) {
      if (branch.open) to = links[at + 1];
      else branch.open = true;
    } else if (event.key === "ArrowLeft") {
      if (branch?.open) branch.open = false;
      else to = node.parentElement.closest(".tree-node")?.querySelector(":scope > .tree-link");
    } else if (!to) {
      return;
    }
    event.preventDefault();
    (to ?? link).focus();
  });
}

function reach(frame) {
  new ResizeObserver(() => {
    if (frame.scrollWidth > frame.clientWidth + 1) {
      frame.tabIndex = 0;
      frame.setAttribute("role", "group");
      frame.setAttribute("aria-label", frame.dataset.scrolls);
    } else {
      for (const name of ["tabindex", "role", "aria-label"]) frame.removeAttribute(name);
    }
  }).observe(frame);
}

export function start() {
  mount("[data-scrolls]", reach);
  mount("[data-row-keys]", rowKeys);
  mount("[data-tree]", treeKeys);
}
