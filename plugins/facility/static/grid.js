/**
 * The grids by mouse: free cells of a row that are dragged over become one time to book. Each of them alone is a link.
 *
 * The grids by keyboard: arrows go from cell to cell, Home and End to the first and the last of a row, and one stop of the Tab key is
 * enough for the whole grid. The field of the day shows its day as soon as one is chosen with a pointer; whoever types a day is not
 * taken away after the first figure, but shows it with Enter or the button.
 */
import { delegate, mount } from "groupware/mount";

const isPlain = (event) => !(event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey);

function middle(link) {
  const box = link.getBoundingClientRect();
  return box.left + box.width / 2;
}

function nearest(row, at) {
  const links = row ? [...row.querySelectorAll("a[href]")].filter((link) => link.offsetParent) : [];
  return links.sort((a, b) => Math.abs(middle(a) - at) - Math.abs(middle(b) - at))[0];
}

function sibling(row, step) {
  let other = row;
  while ((other = step > 0 ? other.nextElementSibling : other.previousElementSibling)) if (nearest(other, 0)) return other;
  return null;
}

function target(event, link) {
  const row = link.closest("tr");
  const links = [...row.querySelectorAll("a[href]")].filter((one) => one.offsetParent);
  const at = links.indexOf(link);
  switch (event.key) {
    case "ArrowRight": return links[at + 1];
    case "ArrowLeft": return links[at - 1];
    case "Home": return links[0];
    case "End": return links[links.length - 1];
    case "ArrowDown": return nearest(sibling(row, 1), middle(link));
    case "ArrowUp": return nearest(sibling(row, -1), middle(link));
    default: return null;
  }
}

/* Dragging over free cells ---------------------------------------------------------------------------------------------- */
/** The free cells from one to another of the same row, as far as nothing stands between them. */
function between(first, last) {
  const cells = [...first.parentElement.cells];
  const [from, to] = [cells.indexOf(first), cells.indexOf(last)];
  const step = to < from ? -1 : 1;
  const found = [];
  for (let at = from; at !== to + step && cells[at].matches(".is-free"); at += step) found.push(cells[at]);
  return step < 0 ? found.reverse() : found;
}

/** The address of the form with the time of these cells. */
function addressOf(cells) {
  const address = new URL(cells[0].querySelector("a").href);
  const last = cells[cells.length - 1];
  const at = new URL(last.querySelector("a").href).searchParams.get("at");
  const minutes = Number(at.slice(0, 2)) * 60 + Number(at.slice(2)) + last.colSpan * 15;
  const ends = [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join("");
  if (minutes < 24 * 60) address.searchParams.set("until", ends);
  return address;
}

function dragOver(grid) {
  let first = null;
  let cells = [];
  const mark = (found) => {
    for (const one of cells) one.classList.remove("is-picked");
    cells = found;
    for (const one of cells) one.classList.add("is-picked");
  };
  const end = () => {
    first = null;
    mark([]);
  };
  grid.addEventListener("dragstart", (event) => event.preventDefault());
  grid.addEventListener("pointerdown", (event) => {
    end();
    // Touch scrolls; who has no mouse writes the end into the form.
    if (event.button === 0 && event.pointerType !== "touch") first = event.target.closest("td.is-free");
  });
  grid.addEventListener("pointermove", (event) => {
    const over = first && event.buttons === 1 ? event.target.closest("td") : null;
    if (over && over.parentElement === first.parentElement && (over !== first || cells.length)) mark(between(first, over));
  });
  grid.addEventListener("pointerup", () => {
    if (cells.length > 1) location.assign(addressOf(cells));
    end();
  });
  grid.addEventListener("pointerleave", end);
}

function enhance(grid) {
  dragOver(grid);
  const links = [...grid.querySelectorAll("tbody a[href]")];
  const stop = (link) => {
    for (const one of links) one.tabIndex = one === link ? 0 : -1;
  };
  // A phone shows a list: there every link is a stop.
  if (!links.length || window.matchMedia("(max-width: 47.99em)").matches) return;
  stop(links[0]);
  grid.addEventListener("focusin", (event) => {
    if (links.includes(event.target)) stop(event.target);
  });
  grid.addEventListener("keydown", (event) => {
    const link = event.target.closest("tbody a[href]");
    const to = link && isPlain(event) ? target(event, link) : null;
    if (!to) return;
    event.preventDefault();
    to.focus();
  });
}

mount("[data-grid]", enhance);
const typed = new WeakSet();
delegate("keydown", "[data-day-pick] input[type=date]", (_event, field) => typed.add(field));
delegate("pointerdown", "[data-day-pick] input[type=date]", (_event, field) => typed.delete(field));
delegate("change", "[data-day-pick] input[type=date]", (_event, field) => {
  if (field.value && !typed.has(field)) field.form.requestSubmit();
});
