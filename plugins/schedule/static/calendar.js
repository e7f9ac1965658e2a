/**
 * Calendars that can be dragged in. [data-calendar] holds what belongs together; its words and addresses are its data attributes.
 *
 * - A block with data-event ("<uid> <version>"), data-from and data-to is one that the reader may move: to another day in the week of
 *   an organisation, to another time in a grid of hours, where its lower edge makes it longer or shorter.
 * - Empty time in a grid of hours ([data-day], or [data-cell] "<person> <day>") becomes a new event when dragged over.
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
    const grid = event.target.closest("[data-day]");
    if (!block && (!grid || event.target.closest("a, button, summary"))) return;
    const box = block?.getBoundingClientRect();
    const isResize = Boolean(block && grid && box.bottom - event.clientY < 7);
    this.drag = { block, grid, isResize, x: event.clientX, y: event.clientY, isFar: false };
  }

  onMove(event) {
    const { drag } = this;
    if (!drag) return;
    if (!drag.isFar && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < FAR) return;
    if (!drag.isFar) this.root.setPointerCapture(event.pointerId);
    drag.isFar = true;
    event.preventDefault();
    if (!drag.block) this.stretch(drag, event);
    else if (drag.isResize) drag.block.style.height = `${Math.max(event.clientY - drag.block.getBoundingClientRect().top, 8)}px`;
    else drag.block.style.transform = `translate(${event.clientX - drag.x}px, ${event.clientY - drag.y}px)`;
    drag.block?.classList.add("is-dragged");
  }

  onUp(event) {
    const { drag } = this;
    if (!drag?.isFar) return this.forget();
    this.wasDragged = true;
    const over = this.under(event.clientX, event.clientY);
    if (!drag.block) this.create(drag);
    else if (drag.isResize) this.moveBy(drag.block, 0, minutesBetween(drag.grid, drag.y, event.clientY), { isResize: true });
    else this.drop(drag, over, event);
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
    if (drag?.block) drag.block.style.transform = drag.block.style.height = "";
    drag?.ghost?.remove();
    this.drag = null;
  }

  under(x, y) {
    const found = document.elementsFromPoint(x, y).find((one) => one.matches("[data-day], [data-cell]") && this.root.contains(one));
    return found ?? null;
  }

  drop(drag, over, event) {
    if (!over) return;
    const from = dayOf(drag.grid ?? drag.block.closest("[data-cell]"));
    const days = Math.round((Date.parse(dayOf(over)) - Date.parse(from)) / (24 * 60 * MINUTE));
    const minutes = drag.grid ? minutesBetween(drag.grid, drag.y, event.clientY) : 0;
    if (days || minutes) this.moveBy(drag.block, days, minutes);
  }

  /* New events: empty time that is dragged over ------------------------------------------------------------------------ */
  stretch(drag, event) {
    drag.ghost ??= drag.grid.appendChild(Object.assign(document.createElement("div"), { className: "event is-ghost" }));
    const quarters = quartersOf(drag.grid);
    const rows = [drag.y, event.clientY].map((y) => Math.min(Math.max(Math.floor(rowAt(drag.grid, y)), 0), quarters - 1));
    const [first, last] = [Math.min(...rows), Math.max(...rows) + 1];
    drag.ghost.style.gridRow = `${first + 1} / ${last + 1}`;
    drag.ghost.style.gridColumn = "1 / -1";
    drag.times = [first, last].map((row) => clockOf(drag.grid, row));
    drag.ghost.textContent = drag.times.join("–");
  }

  create(drag) {
    if (!drag.times) return;
    const address = new URL(this.root.dataset.newUrl, location.href);
    address.searchParams.set("day", dayOf(drag.grid));
    address.searchParams.set("from", drag.times[0]);
    address.searchParams.set("to", drag.times[1]);
    location.assign(address);
  }

  /* Keyboard ------------------------------------------------------------------------------------------------------------ */
  onKey(event) {
    const block = event.target instanceof Element ? event.target.closest("[data-event]") : null;
    const step = { ArrowUp: [0, -QUARTER], ArrowDown: [0, QUARTER], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
    if (!block || !step || !event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return;
    event.preventDefault();
    if (event.shiftKey && step[0]) return;
    this.moveBy(block, step[0], step[1], { isResize: event.shiftKey, hasFocus: true });
  }

  /* Keeping -------------------------------------------------------------------------------------------------------------- */
  moveBy(block, days, minutes, { isResize = false, hasFocus = false } = {}) {
    const { from, to } = block.dataset;
    const starts = isResize ? from : shifted(from, days, minutes);
    const ends = shifted(to, days, minutes);
    if (ends > starts) this.move(block.dataset.event, starts, ends, { from, to, hasFocus });
  }

  async move(event, starts, ends, before) {
    const [uid, version] = event.split(" ");
    try {
      const response = await postJson(this.root.dataset.moveUrl.replace("UID", uid), { starts, ends, version: Number(version) });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.message ?? "");
      await this.refresh(before.hasFocus ? uid : null);
      announce(answer.message);
      const undo = { label: this.root.dataset.undo, run: () => this.move(`${uid} ${answer.version}`, before.from, before.to, { from: starts, to: ends }) };
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

function quartersOf(grid) {
  return (Number(grid.dataset.lastHour) - Number(grid.dataset.firstHour)) * 4;
}

function rowAt(grid, y) {
  const box = grid.getBoundingClientRect();
  return ((y - box.top) / box.height) * quartersOf(grid);
}

function minutesBetween(grid, from, to) {
  return Math.round(rowAt(grid, to) - rowAt(grid, from)) * QUARTER;
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
