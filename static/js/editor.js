/**
 * The rich text editor (field kind="rich"): a small toolbar over an editable area that writes simple HTML into the
 * text area, which is what the form sends. Without scripts the text area itself is used.
 * Keys: Ctrl+B, Ctrl+K, Ctrl+Z of the browser; Alt+F10 goes to the toolbar, arrows move in it, Escape comes back.
 */
import { clean } from "groupware/cleaning";

const BLOCK = { heading: "h2", quote: "blockquote" };
// The empty paragraph before it keeps Chromium from melting the first row into the line above.
const TABLE = `<p><br></p><table data-new><thead><tr>${"<th><br></th>".repeat(3)}</tr></thead><tbody>${`<tr>${"<td><br></td>".repeat(3)}</tr>`.repeat(2)}</tbody></table><p><br></p>`;

class Editor {
  constructor(root) {
    this.root = root;
    this.source = root.querySelector("textarea");
    this.tools = [...root.querySelectorAll("[data-command]")];
    this.linkBar = root.querySelector("[data-editor-link]");
    this.address = root.querySelector("[data-editor-address]");
    this.selection = null;
    this.area = this.makeArea();
    this.listen();
  }

  makeArea() {
    const area = document.createElement("div");
    const id = this.source.id;
    const isFocused = document.activeElement === this.source; // somebody was quicker than the script
    this.source.id = `${id}-source`; // labels, errors and counters of the field now mean the area
    this.source.hidden = true;
    Object.assign(area, { id, contentEditable: "true", className: "editor-area prose", innerHTML: clean(this.source.value) || "<p><br></p>" });
    area.setAttribute("role", "textbox");
    area.setAttribute("aria-multiline", "true");
    area.setAttribute("aria-label", this.root.dataset.editorLabel);
    for (const name of ["aria-describedby", "aria-invalid"]) {
      if (this.source.hasAttribute(name)) area.setAttribute(name, this.source.getAttribute(name));
    }
    if (this.source.required) area.setAttribute("aria-required", "true");
    this.source.after(area);
    if (isFocused) { area.focus(); document.getSelection().selectAllChildren(area); document.getSelection().collapseToEnd(); }
    document.execCommand("defaultParagraphSeparator", false, "p");
    return area;
  }

  listen() {
    const { area } = this;
    area.addEventListener("input", () => this.write());
    area.addEventListener("paste", (event) => this.onPaste(event));
    area.addEventListener("drop", (event) => { if (event.dataTransfer?.files.length) event.preventDefault(); });
    area.addEventListener("keydown", (event) => this.onKey(event));
    document.addEventListener("selectionchange", () => this.reflect());
    document.querySelector(`label[for="${CSS.escape(area.id)}"]`)?.addEventListener("click", () => area.focus());
    this.tools.forEach((button, index) => {
      button.tabIndex = index === 0 ? 0 : -1;
      button.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays
      button.addEventListener("click", () => this.run(button.dataset.command));
      button.addEventListener("keydown", (event) => this.onToolKey(event, index));
    });
    this.address.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter") { event.preventDefault(); this.setLink(this.address.value); }
      if (event.key === "Escape") { event.stopPropagation(); this.closeLink(); }
    });
    this.root.querySelector("[data-editor-link-set]").addEventListener("click", () => this.setLink(this.address.value));
    this.root.querySelector("[data-editor-link-remove]").addEventListener("click", () => this.setLink(""));
  }

  /** The text area gets what the area shows. */
  write() {
    const isEmpty = !this.area.innerText.trim() && !this.area.querySelector("table, hr");
    this.source.value = isEmpty ? "" : clean(this.area.innerHTML);
  }

  run(command) {
    if (command === "link") return this.openLink();
    this.area.focus();
    if (command === "bullets") document.execCommand("insertUnorderedList");
    else if (command === "numbers") document.execCommand("insertOrderedList");
    else if (command === "table") this.insertTable();
    else if (command === "quote" && this.around("blockquote")) document.execCommand("outdent");
    else if (BLOCK[command]) document.execCommand("formatBlock", false, this.around(BLOCK[command]) ? "p" : BLOCK[command]);
    else document.execCommand(command); // bold, undo, redo
    this.write();
    this.reflect();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  insertTable() {
    document.execCommand("insertHTML", false, TABLE);
    const table = this.area.querySelector("table[data-new]");
    table?.removeAttribute("data-new");
    const cell = table?.querySelector("th");
    if (cell) document.getSelection().collapse(cell, 0);
  }

  around(selector) {
    const { anchorNode } = document.getSelection();
    const element = anchorNode instanceof Element ? anchorNode : anchorNode?.parentElement;
    const found = element?.closest(selector);
    return found && this.area.contains(found) ? found : null;
  }

  reflect() {
    if (!this.area.contains(document.getSelection()?.anchorNode)) return;
    const states = {
      bold: document.queryCommandState("bold"), heading: Boolean(this.around("h2")), quote: Boolean(this.around("blockquote")),
      bullets: Boolean(this.around("ul")), numbers: Boolean(this.around("ol")), link: Boolean(this.around("a")),
    };
    for (const button of this.tools) {
      if (button.dataset.command in states) button.setAttribute("aria-pressed", String(states[button.dataset.command]));
    }
  }

  /* Links ------------------------------------------------------------------------------------------------------- */
  openLink() {
    const selection = document.getSelection();
    this.selection = selection.rangeCount && this.area.contains(selection.anchorNode) ? selection.getRangeAt(0).cloneRange() : null;
    this.address.value = this.around("a")?.getAttribute("href") ?? "";
    this.linkBar.hidden = false;
    this.address.focus();
  }

  closeLink() {
    this.linkBar.hidden = true;
    this.area.focus();
    if (!this.selection) return;
    document.getSelection().removeAllRanges();
    document.getSelection().addRange(this.selection);
  }

  setLink(typed) {
    const address = typed.trim();
    this.closeLink();
    const link = this.around("a");
    if (link) {
      const range = document.createRange();
      range.selectNodeContents(link);
      document.getSelection().removeAllRanges();
      document.getSelection().addRange(range);
    }
    if (!address) {
      document.execCommand("unlink");
    } else {
      const full = /^([a-z]+:|\/|#)/i.test(address) ? address : `https://${address}`;
      if (!document.getSelection().isCollapsed) {
        document.execCommand("createLink", false, full);
      } else {
        const made = document.createElement("a");
        made.href = full;
        made.textContent = address;
        document.execCommand("insertHTML", false, made.outerHTML);
      }
    }
    this.write();
    this.area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  /* Keys and paste ---------------------------------------------------------------------------------------------- */
  onKey(event) {
    if (event.isComposing) return;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      this.openLink();
    } else if (event.altKey && event.key === "F10") {
      event.preventDefault();
      this.tools.find((button) => button.tabIndex === 0)?.focus();
    }
  }

  onToolKey(event, index) {
    const last = this.tools.length - 1;
    const to = { ArrowRight: index === last ? 0 : index + 1, ArrowLeft: index === 0 ? last : index - 1, Home: 0, End: last }[event.key];
    if (event.key === "Escape") this.area.focus();
    if (to === undefined) return;
    event.preventDefault();
    this.tools.forEach((button, at) => { button.tabIndex = at === to ? 0 : -1; });
    this.tools[to].focus();
  }

  onPaste(event) {
    event.preventDefault();
    const html = event.clipboardData.getData("text/html");
    if (html) document.execCommand("insertHTML", false, clean(html));
    else document.execCommand("insertText", false, event.clipboardData.getData("text/plain"));
  }
}

export function enhance(root) {
  new Editor(root);
}
