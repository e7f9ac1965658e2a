/**
 * [data-paste-table]: a block copied from Excel or LibreOffice and pasted into one of the inputs fills the cells from there
 * to the right and down; rows are added from the <template> up to data-most. A single cell is pasted as ever. The message
 * says how many cells were filled and takes it all back in one step, as Ctrl+Z does until something else is entered.
 * [data-paste-add] adds a row. Read like groupware/web/rows.py does.
 */
import { showMessage } from "groupware/messages";
import { fill, text } from "groupware/texts";

const CELL = /"([^"]*(?:""[^"]*)*)"(?=[\t\n]|$)|([^\t\n]*)/y;
const KEY = "paste";

/** Rows of cells of a block of the clipboard. */
export function parseBlock(source) {
  const block = source.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  const rows = [[]];
  for (let at = 0; at <= block.length; at = CELL.lastIndex + 1) {
    CELL.lastIndex = at;
    const [, quoted, plain] = CELL.exec(block);
    rows[rows.length - 1].push(quoted === undefined ? plain : quoted.replace(/""/g, '"'));
    if (block[CELL.lastIndex] === "\n") rows.push([]);
  }
  return rows;
}

class PasteTable {
  constructor(root) {
    this.root = root;
    this.body = root.querySelector("tbody");
    this.pattern = root.querySelector("template");
    this.most = Number(root.dataset.most);
    this.last = null;
    this.isNewest = false; // nothing was typed since
    root.addEventListener("paste", (event) => this.onPaste(event));
    root.addEventListener("input", (event) => { if (event.isTrusted) this.isNewest = false; });
    root.addEventListener("keydown", (event) => this.onKey(event));
    root.querySelector("[data-paste-add]").addEventListener("click", () => this.inputs(this.addRow())[0].focus());
    this.offerRow();
  }

  inputs(row) { return [...row.querySelectorAll("input")]; }

  addRow() {
    const number = String(this.body.rows.length + 1);
    const row = this.pattern.content.firstElementChild.cloneNode(true);
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const attribute of element.attributes) attribute.value = attribute.value.replace("{row}", number);
    }
    row.querySelector("[data-row-number]").textContent = number;
    this.body.append(row);
    this.offerRow();
    return row;
  }

  offerRow() { this.root.querySelector("[data-paste-add]").hidden = this.body.rows.length >= this.most; }

  onPaste(event) {
    const start = event.target.closest("input");
    const block = parseBlock(event.clipboardData?.getData("text/plain") ?? "");
    if (!start || (block.length === 1 && block[0].length === 1)) return;
    event.preventDefault();
    const top = start.closest("tr").sectionRowIndex;
    const left = this.inputs(start.closest("tr")).indexOf(start);
    const cells = [];
    const added = [];
    let leftOut = 0;
    block.forEach((values, down) => {
      if (top + down >= this.body.rows.length && top + down < this.most) added.push(this.addRow());
      const inputs = this.body.rows[top + down] ? this.inputs(this.body.rows[top + down]) : [];
      values.forEach((value, right) => {
        const input = inputs[left + right];
        if (input) cells.push({ input, was: input.value, value: value.replace(/\s+/g, " ").trim() });
        else if (value.trim()) leftOut += 1;
      });
    });
    for (const cell of cells) cell.input.value = cell.value;
    this.last = { cells, added, start };
    this.isNewest = true;
    this.changed();
    const words = [fill(this.root.dataset.filled, { number: cells.length })];
    if (leftOut) words.push(fill(this.root.dataset.leftOut, { number: leftOut }));
    showMessage(words.join(" "), "info", { key: KEY, action: { label: text("undo"), run: () => this.undo() } });
  }

  onKey(event) {
    const isUndo = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key === "z";
    if (!isUndo || !this.isNewest || event.isComposing) return;
    event.preventDefault();
    this.undo();
  }

  /** What was typed over a pasted cell since then stays. */
  undo() {
    const { cells, added, start } = this.last;
    this.isNewest = false;
    for (const { input, was, value } of cells) if (input.value === value) input.value = was;
    for (const row of added.reverse()) if (row === this.body.lastElementChild && this.inputs(row).every((input) => !input.value)) row.remove();
    this.offerRow();
    this.changed();
    showMessage(this.root.dataset.undone, "info", { key: KEY });
    start.focus();
  }

  /** Drafts and the warning on leaving learn of it as of typing. */
  changed() { this.body.dispatchEvent(new Event("input", { bubbles: true })); }
}

export function enhance(root) { return new PasteTable(root); }
