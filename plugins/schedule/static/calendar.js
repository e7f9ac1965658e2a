/**
 * Calendars that can be dragged in. [data-calendar] holds what belongs together; its words and addresses are its data attributes.
 *
 * - Hours stand in [data-first-hour]: below one another in a column of a day ([data-day]), beside one another in the row of a person. Whole
 *   days are cells ([data-cell] "<whose> <day>"); a row of hours is one as well.
 * - A block with data-event ("<uid> <version>", and the occurrence of a series that is meant), data-from and data-to is one that the reader may move: to another day, and among hours to
 *   another time. Its far edge makes it longer or shorter: by quarters among hours, by days where it lasts the whole day.
 * - Empty time that is dragged over becomes a new event: hours one of these hours, cells one of these whole days.
 * - Keyboard: on a block, Alt and the arrows move it by a quarter of an hour or a day; with Shift they make it longer or shorter.
 *
 * Every move is offered to be undone. The form of the event does the same without a mouse and without scripts.
 */
import { mount } from "groupware/mount";
import { request, postJson } from "groupware/request";
import { showMessage } from "groupware/messages";
import { announce } from "groupware/texts";

const QUARTER = 15;
const MINUTE = 60 * 1000;
const FAR = 6; // pixels that make a drag of a click
const EDGE = 7; // pixels of a block's far edge that make it longer

class Calendar {
  constructor(root) {
    this.root = root;
    this.drag = null;
    root.addEventListener("pointerdown", (event) => this.onDown(event));
    root.addEventListener("pointermove", (event) => this.onMove(event));
    root.addEventListener("pointerup", (event) => this.onUp(event));
    root.addEventListener("pointercancel", () => this.forget());
    root.addEventListener("click", (event) => this.onClick(event), true);
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.addEventListener("dragstart", (event) => event.preventDefault());
  }

  /* Pointer ------------------------------------------------------------------------------------------------------------ */
  onDown(event) {
    // Touch scrolls; who has no mouse uses the form.
    if (event.button !== 0 || event.pointerType === "touch" || !(event.target instanceof Element)) return;
    const block = event.target.closest("[data-event]");
    const grid = event.target.closest("[data-first-hour]");
    const cell = event.target.closest("[data-cell]");
    if (!block && (!(grid || cell) || event.target.closest("a, button, summary, span.event"))) return;
    const [x, y] = [event.clientX, event.clientY];
    this.drag = { block, grid, cell, isResize: Boolean(block) && isAtEdge(block, grid, x, y), x, y, isFar: false };
    // From now on nothing is shown anew until the button is let go.
    this.root.classList.add("is-in-drag");
  }

  onMove(event) {
    const { drag } = this;
    if (!drag) return this.showEdge(event);
    if (!drag.isFar && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
    if (!drag.isFar) this.root.setPointerCapture(event.pointerId);
    drag.isFar = true;
    event.preventDefault();
    drag.block?.classList.add("is-dragged");
    if (!drag.block) (drag.grid ? this.stretch(drag, event) : this.pick(drag.cell, event));
    else if (!drag.isResize) drag.block.style.transform = `translate(${event.clientX - drag.x}px, ${event.clientY - drag.y}px)`;
    else if (isWhole(drag.block)) this.pick(drag.cell, event);
    else if (isAlong(drag.grid)) drag.block.style.width = `${Math.max(event.clientX - drag.block.getBoundingClientRect().left, 8)}px`;
    else drag.block.style.height = `${Math.max(event.clientY - drag.block.getBoundingClientRect().top, 8)}px`;
    return undefined;
  }

  showEdge(event) {
    const block = event.target instanceof Element ? event.target.closest(".grid-along > [data-event]") : null;
    if (block) block.style.cursor = isAtEdge(block, block.parentElement, event.clientX, event.clientY) ? "ew-resize" : "";
  }

  onUp(event) {
    const { drag } = this;
    if (!drag?.isFar) return this.forget();
    this.wasDragged = true;
    const over = this.under(event.clientX, event.clientY);
    if (!drag.block) this.create(drag);
    else if (!drag.isResize) this.drop(drag, over, event);
    else if (isWhole(drag.block)) this.endOn(drag.block, over);
    else this.moveBy(drag.block, 0, minutesBetween(drag, event), { isResize: true });
    this.forget();
    return undefined;
  }

  onClick(event) {
    if (!this.wasDragged) return;
    this.wasDragged = false;
    event.preventDefault();
    event.stopPropagation();
  }

  forget() {
    const { drag } = this;
    drag?.block?.classList.remove("is-dragged");
    if (drag?.block) drag.block.style.transform = drag.block.style.height = drag.block.style.width = "";
    drag?.ghost?.remove();
    this.root.classList.remove("is-in-drag");
    for (const one of this.root.querySelectorAll(".is-picked")) one.classList.remove("is-picked");
    this.drag = null;
  }

  under(x, y) {
    const found = document.elementsFromPoint(x, y).find((one) => one.matches("[data-day], [data-cell]") && this.root.contains(one));
    return found ?? null;
  }

  drop(drag, over, event) {
    const from = drag.grid ?? drag.cell;
    if (!over || !from) return;
    const days = daysBetween(dayOf(from), dayOf(over));
    // From hours to a cell of whole days, or the other way, it keeps its time.
    const hasHours = drag.grid && over.matches("[data-first-hour]") && !isWhole(drag.block);
    const minutes = hasHours ? minutesBetween(drag, event) : 0;
    if (days || minutes) this.moveBy(drag.block, days, minutes);
  }

  /** The last of its days becomes the one under the pointer. */
  endOn(block, over) {
    const { from, to } = block.dataset;
    const ends = over ? shifted(`${dayOf(over)}T00:00`, 1, 0) : to;
    if (ends > from && ends !== to) this.move(block.dataset.event, from, ends, { from, to });
  }

  /* New events: empty time that is dragged over ------------------------------------------------------------------------ */
  /** Whole days of the same calendar, from the cell on that was pressed. */
  pick(cell, event) {
    const over = this.under(event.clientX, event.clientY);
    if (!cell || !over?.dataset.cell) return;
    const [whose, pressed] = cell.dataset.cell.split(" ");
    const [first, last] = [pressed, dayOf(over)].sort();
    for (const one of this.root.querySelectorAll(`[data-cell^="${CSS.escape(whose)} "]`)) {
      one.classList.toggle("is-picked", dayOf(one) >= first && dayOf(one) <= last);
    }
    this.drag.days = [first, last];
  }

  stretch(drag, event) {
    drag.ghost ??= drag.grid.appendChild(Object.assign(document.createElement("div"), { className: "event is-ghost" }));
    const quarters = quartersOf(drag.grid);
    const places = [quarterAt(drag.grid, drag.x, drag.y), quarterAt(drag.grid, event.clientX, event.clientY)];
    const rows = places.map((one) => Math.min(Math.max(Math.floor(one), 0), quarters - 1));
    const [first, last] = [Math.min(...rows), Math.max(...rows) + 1];
    const span = `${first + 1} / ${last + 1}`;
    [drag.ghost.style.gridRow, drag.ghost.style.gridColumn] = isAlong(drag.grid) ? ["1", span] : [span, "1 / -1"];
    drag.times = [first, last].map((row) => clockOf(drag.grid, row));
    drag.ghost.textContent = drag.times.join("–");
  }

  create(drag) {
    const place = drag.grid ?? drag.cell;
    // The link of a row says whose calendar it is; where rows have links, one without has nothing that may be entered.
    const link = place.closest("td")?.querySelector(".cell-add");
    const start = link ? link.href : !place.closest("table") && this.root.dataset.newUrl;
    if (!start || !(drag.times || drag.days)) return;
    const address = new URL(start, location.href);
    const [first, last] = drag.days ?? [dayOf(place), dayOf(place)];
    address.searchParams.set("day", first);
    if (drag.times) for (const [name, time] of [["from", drag.times[0]], ["to", drag.times[1]]]) address.searchParams.set(name, time);
    else if (last > first) for (const [name, said] of [["until", last], ["all_day", "1"]]) address.searchParams.set(name, said);
    location.assign(address);
  }

  /* Keyboard ------------------------------------------------------------------------------------------------------------ */
  onKey(event) {
    const block = event.target instanceof Element ? event.target.closest("[data-event]") : null;
    const step = { ArrowUp: [0, -QUARTER], ArrowDown: [0, QUARTER], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!block || !step || !event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    // Where hours stand beside one another, the next day is not on the page.
    const isOnRow = isAlong(block.closest("[data-first-hour]")) && !isWhole(block);
    const [days, minutes] = isOnRow && step[0] ? [0, step[0] * QUARTER] : step;
    // Whole days are moved and made longer by days, hours made longer by minutes.
    if (isWhole(block) ? minutes : event.shiftKey && days) return;
    this.moveBy(block, days, minutes, { isResize: event.shiftKey, hasFocus: true });
  }

  /* Keeping -------------------------------------------------------------------------------------------------------------- */
  moveBy(block, days, minutes, { isResize = false, hasFocus = false } = {}) {
    const { from, to } = block.dataset;
    const starts = isResize ? from : shifted(from, days, minutes);
    const ends = shifted(to, days, minutes);
    if (ends > starts) this.move(block.dataset.event, starts, ends, { from, to, hasFocus });
  }

  async move(event, starts, ends, before) {
    const [uid, version, at] = event.split(" ");
    try {
      const response = await postJson(this.root.dataset.moveUrl.replace("UID", uid), { starts, ends, at, version: Number(version) });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.message ?? "");
      await this.refresh(before.hasFocus ? answer.uid : null);
      announce(answer.message);
      const undo = { label: this.root.dataset.undo, run: () => this.move(`${answer.uid} ${answer.version}`, before.from, before.to, { from: starts, to: ends }) };
      showMessage(answer.message, "info", { key: "schedule.moved", action: undo });
    } catch (error) {
      showMessage(error.message || this.root.dataset.failed, "error", { key: "schedule.moved" });
    }
  }

  async refresh(uid) {
    const response = await request(location.href);
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-calendar]");
    if (!fresh) return;
    this.root.replaceChildren(...fresh.childNodes);
    if (uid) this.root.querySelector(`[data-event^="${CSS.escape(uid)} "]`)?.focus();
  }
}

/* Days, rows and wall-clock times ------------------------------------------------------------------------------------------ */
function dayOf(place) {
  return place.dataset.day ?? place.dataset.cell.split(" ")[1];
}

function daysBetween(from, to) {
  return Math.round((Date.parse(to) - Date.parse(from)) / (24 * 60 * MINUTE));
}

function isWhole(block) {
  return block.classList.contains("is-whole");
}

/** Whether the hours of a grid stand beside one another. */
function isAlong(grid) {
  return Boolean(grid?.dataset.cell);
}

/** Whether the pointer is at the edge that makes a block longer. A short one in a row widens under the pointer: its own end counts as well. */
function isAtEdge(block, grid, x, y) {
  const box = block.getBoundingClientRect();
  const isNear = (edge, at) => edge >= at && edge - at < EDGE;
  if (isWhole(block)) return !isAlong(grid) && isNear(box.right, x);
  if (isAlong(grid)) return isNear(box.right, x) || isNear(endOf(block, grid), x);
  return Boolean(grid) && isNear(box.bottom, y);
}

/** Where a block ends in the row of its hours, in pixels from the left of the window. */
function endOf(block, grid) {
  const box = grid.getBoundingClientRect();
  const [day, time] = block.dataset.to.split("T");
  const [hours, minutes] = time.split(":").map(Number);
  const quarter = (hours - Number(grid.dataset.firstHour)) * 4 + minutes / QUARTER;
  return box.left + (day > dayOf(grid) ? 1 : quarter / quartersOf(grid)) * box.width;
}

function quartersOf(grid) {
  return (Number(grid.dataset.lastHour) - Number(grid.dataset.firstHour)) * 4;
}

function quarterAt(grid, x, y) {
  const box = grid.getBoundingClientRect();
  return (isAlong(grid) ? (x - box.left) / box.width : (y - box.top) / box.height) * quartersOf(grid);
}

function minutesBetween(drag, event) {
  return Math.round(quarterAt(drag.grid, event.clientX, event.clientY) - quarterAt(drag.grid, drag.x, drag.y)) * QUARTER;
}

function clockOf(grid, row) {
  const minutes = Math.min(Number(grid.dataset.firstHour) * 60 + row * QUARTER, 24 * 60 - 1);
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** A wall-clock time, moved; wall clocks are counted as if they were UTC, which has no changes of the clocks. */
function shifted(wall, days, minutes) {
  const moved = new Date(Date.parse(`${wall}:00Z`) + (days * 24 * 60 + minutes) * MINUTE);
  return moved.toISOString().slice(0, 16);
}

mount("[data-calendar]", (root) => new Calendar(root));
