/**
 * [data-sortable]: things in columns that people put in order, by drag, by the arrow buttons, and back by 元に戻す.
 * The order goes to data-order-url as {"columns": [{"key": …, "items": [key, …]}, …]}; a "groupware:order" event tells
 * the page.
 */
import { announce, text } from "groupware/texts";
import { postJson } from "groupware/request";
import { showMessage } from "groupware/messages";

class Sortable {
  constructor(root) {
    this.root = root;
    this.dragged = null;
    this.before = null;
    root.addEventListener("click", (event) => this.onClick(event));
    root.addEventListener("dragstart", (event) => this.onDragStart(event));
    root.addEventListener("dragover", (event) => this.onDragOver(event));
    root.addEventListener("drop", (event) => this.onDrop(event));
    root.addEventListener("dragend", () => this.onDragEnd());
  }

  get columns() {
    return [...this.root.querySelectorAll("[data-sortable-column]")];
  }

  get order() {
    return this.columns.map((column) => ({
      key: column.dataset.sortableColumn,
      items: [...column.querySelectorAll(":scope > [data-sortable-item]")].map((item) => item.dataset.sortableItem),
    }));
  }

  /* Keyboard and buttons ---------------------------------------------------------------------------------------- */
  onClick(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-move]") : null;
    if (!button || button.dataset.move === "remove") return;
    event.preventDefault();
    const item = button.closest("[data-sortable-item]");
    const before = this.order;
    if (!this.move(item, button.dataset.move)) return;
    button.focus();
    this.finish(item, before);
  }

  move(item, direction) {
    const column = item.parentElement;
    const all = this.columns;
    if (direction === "up" && item.previousElementSibling) item.previousElementSibling.before(item);
    else if (direction === "down" && item.nextElementSibling) item.nextElementSibling.after(item);
    else if (direction === "left" || direction === "right") {
      const target = all[all.indexOf(column) + (direction === "left" ? -1 : 1)];
      if (!target) return false;
      const place = [...column.children].indexOf(item);
      target.insertBefore(item, target.children[place] ?? null);
    } else return false;
    return true;
  }

  /* Drag ----------------------------------------------------------------------------------------------------------- */
  onDragStart(event) {
    const item = event.target instanceof Element ? event.target.closest("[data-sortable-item][draggable=true]") : null;
    if (!item) return;
    this.dragged = item;
    this.before = this.order;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.dataset.sortableItem);
    window.requestAnimationFrame(() => item.classList.add("is-dragged"));
  }

  onDragOver(event) {
    const column = event.target instanceof Element ? event.target.closest("[data-sortable-column]") : null;
    if (!this.dragged || !column || !this.root.contains(column)) return;
    event.preventDefault();
    for (const other of this.columns) other.classList.toggle("is-target", other === column);
    const next = [...column.querySelectorAll(":scope > [data-sortable-item]")].find((item) => {
      const box = item.getBoundingClientRect();
      return item !== this.dragged && event.clientY < box.top + box.height / 2;
    });
    if (next !== this.dragged.nextElementSibling || column !== this.dragged.parentElement) column.insertBefore(this.dragged, next ?? null);
  }

  onDrop(event) {
    if (!this.dragged) return;
    event.preventDefault();
    const { dragged, before } = this;
    this.before = null;
    if (JSON.stringify(before) !== JSON.stringify(this.order)) this.finish(dragged, before);
  }

  onDragEnd() {
    if (this.before) this.apply(this.before); // dropped outside: nothing has happened
    this.dragged?.classList.remove("is-dragged");
    for (const column of this.columns) column.classList.remove("is-target");
    this.dragged = null;
    this.before = null;
  }

  /* Keeping --------------------------------------------------------------------------------------------------------- */
  apply(order) {
    for (const { key, items } of order) {
      const column = this.columns.find((one) => one.dataset.sortableColumn === key);
      for (const item of items) column?.append(this.root.querySelector(`[data-sortable-item="${CSS.escape(item)}"]`));
    }
  }

  finish(item, before) {
    for (const other of this.root.querySelectorAll(".is-moved")) other.classList.remove("is-moved");
    item?.classList.add("is-moved");
    if (item) {
      const siblings = [...item.parentElement.querySelectorAll(":scope > [data-sortable-item]")];
      announce(text("moved", { position: siblings.indexOf(item) + 1, total: siblings.length }));
    }
    this.save(before);
  }

  async save(before) {
    const columns = this.order;
    this.root.dispatchEvent(new CustomEvent("groupware:order", { bubbles: true, detail: { columns } }));
    const refusal = await this.send(columns);
    if (refusal !== null) {
      this.apply(before);
      showMessage(refusal, "error", { key: "order" });
      return;
    }
    const action = before ? { label: text("undo"), run: () => { this.apply(before); this.finish(null, null); } } : null;
    showMessage(text("order-saved"), "info", { key: "order", action });
  }

  /* null, or why it was not kept: in the server's words where it gave some. */
  async send(columns) {
    try {
      const response = await postJson(this.root.dataset.orderUrl, { columns });
      return response.ok ? null : ((await response.json()).message ?? text("order-failed"));
    } catch {
      return text("order-failed");
    }
  }
}

export function enhance(root) {
  new Sortable(root);
}
