/**
 * The people picker (macro people_picker): type-ahead with a listbox, chips, and ways that load by htmx.
 * Answers to data-search-url?q= are the <li role="option"> of picker_options, those of the ways the buttons of
 * picker_choices and picker_pasted. A change of the choice is a "change" event on the [data-picker] element.
 */
import { announce, fill } from "groupware/texts";
import { request } from "groupware/request";

const QUIET = 180;

class Picker {
  constructor(root) {
    this.root = root;
    this.chips = root.querySelector("[data-picker-chips]");
    this.input = root.querySelector("[data-picker-input]");
    this.options = root.querySelector("[data-picker-options]");
    this.pattern = root.querySelector("template[data-picker-chip]");
    this.active = -1;
    this.timer = 0;
    this.search = null;
    root.addEventListener("click", (event) => this.onClick(event));
    this.input.addEventListener("input", (event) => { if (!event.isComposing) this.plan(); });
    this.input.addEventListener("compositionend", () => this.plan());
    this.input.addEventListener("keydown", (event) => this.onKey(event));
    this.input.addEventListener("paste", (event) => this.onPaste(event));
    this.input.addEventListener("blur", () => window.setTimeout(() => this.close(), 150));
    this.options.addEventListener("mousedown", (event) => event.preventDefault());
    for (const way of root.querySelectorAll("[data-picker-way]")) {
      way.addEventListener("toggle", () => { if (way.open) this.openOnly(way); });
    }
    root.addEventListener("keydown", (event) => {
      const way = event.target instanceof Element ? event.target.closest("[data-picker-way][open]") : null;
      if (!way || event.key !== "Escape" || event.isComposing) return;
      event.stopPropagation();
      way.open = false;
      way.querySelector("summary").focus();
    });
    document.addEventListener("pointerdown", (event) => {
      if (!event.target.closest?.(".picker-ways") || !root.contains(event.target)) this.openOnly(null);
    });
    this.mark();
  }

  get chosen() {
    return [...this.chips.querySelectorAll("input:checked")].map((input) => input.value);
  }

  /* Choosing ------------------------------------------------------------------------------------------------- */
  add({ value, label, detail = "" }, isQuiet = false) {
    if (!value || this.chosen.includes(value)) return;
    if (!this.root.hasAttribute("data-multiple")) this.chips.replaceChildren();
    const chip = this.pattern.content.firstElementChild.cloneNode(true);
    const input = chip.querySelector("input");
    input.name = this.root.dataset.name;
    input.value = value;
    input.checked = true;
    chip.querySelector(".picker-chip-label").textContent = label;
    chip.querySelector(".picker-chip-detail").textContent = detail;
    const remove = chip.querySelector("[data-picker-remove]");
    remove.setAttribute("aria-label", fill(remove.getAttribute("aria-label"), { name: label }));
    this.chips.append(chip);
    if (!isQuiet) this.changed(fill(this.root.dataset.added, { name: label }));
  }

  remove(chip) {
    const label = chip.querySelector(".picker-chip-label").textContent;
    const next = chip.nextElementSibling ?? chip.previousElementSibling;
    chip.remove();
    (next?.querySelector("[data-picker-remove]") ?? this.input).focus();
    this.changed(fill(this.root.dataset.removed, { name: label }));
  }

  changed(words) {
    this.mark();
    if (words) announce(words);
    this.root.dispatchEvent(new Event("change", { bubbles: true }));
  }

  /** Shows in the loaded ways who is chosen already. */
  mark() {
    const chosen = this.chosen;
    for (const button of this.root.querySelectorAll("[data-pick]")) {
      button.toggleAttribute("data-chosen", chosen.includes(button.dataset.value));
    }
  }

  onClick(event) {
    const target = event.target instanceof Element ? event.target : null;
    const removal = target?.closest("[data-picker-remove]");
    const pick = target?.closest("[data-pick]");
    const option = target?.closest("[role=option]");
    if (removal) this.remove(removal.closest(".picker-chip"));
    else if (pick) {
      this.add(pick.dataset);
      this.decide(pick.closest("[data-ambiguous]"));
    }
    else if (option) this.choose(option);
    else if (target?.closest("[data-pick-all]")) {
      const list = target.closest("p").nextElementSibling; // of this branch only, not of what is open beside it
      for (const button of list.querySelectorAll("[data-pick]")) this.add(button.dataset, true);
      this.changed();
    }
  }

  openOnly(way) {
    for (const other of this.root.querySelectorAll("[data-picker-way][open]")) if (other !== way) other.open = false;
    window.setTimeout(() => this.mark(), 0);
  }

  /* Type-ahead ------------------------------------------------------------------------------------------------ */
  plan() {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.look(), QUIET);
  }

  async look() {
    const query = this.input.value.trim();
    this.search?.abort();
    if (!query) return this.close();
    this.search = new AbortController();
    const url = new URL(this.root.dataset.searchUrl, document.baseURI);
    url.searchParams.set("q", query);
    try {
      const response = await request(url.href, { headers: { Accept: "text/html", "HX-Request": "true" }, signal: this.search.signal });
      if (response.ok) this.show(await response.text());
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(html) {
    const answer = new DOMParser().parseFromString(html, "text/html");
    const found = [...answer.querySelectorAll("[role=option]")];
    found.forEach((option, index) => { option.id = `${this.options.id}-${index}`; });
    this.options.replaceChildren(...found);
    if (!found.length) {
      const none = document.createElement("li");
      none.className = "picker-none";
      none.setAttribute("role", "option");
      none.setAttribute("aria-disabled", "true");
      none.textContent = this.root.dataset.none;
      this.options.append(none);
      announce(this.root.dataset.none);
    }
    this.options.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.activate(found.length ? 0 : -1);
  }

  close() {
    this.options.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.activate(-1);
  }

  activate(index) {
    const all = [...this.options.querySelectorAll("[role=option]:not([aria-disabled])")];
    this.active = all.length ? (index + all.length) % all.length : -1;
    if (index < 0 && this.options.hidden) this.active = -1;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === this.active)));
    const current = all[this.active];
    if (current) {
      this.input.setAttribute("aria-activedescendant", current.id);
      current.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  choose(option) {
    if (option.hasAttribute("aria-disabled")) return;
    this.add(option.dataset);
    this.input.value = "";
    this.close();
    this.input.focus();
  }

  onKey(event) {
    if (event.isComposing || event.keyCode === 229) return; // the IME's own Enter and arrows
    const isOpen = !this.options.hidden;
    if (event.key === "Enter") {
      event.preventDefault(); // never sends the form around it
      const option = this.options.querySelectorAll("[role=option]")[this.active];
      if (isOpen && option) this.choose(option);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (isOpen) this.activate(this.active + (event.key === "ArrowDown" ? 1 : -1));
      else this.look();
    } else if (event.key === "Escape" && isOpen) {
      event.stopPropagation();
      this.close();
    } else if (event.key === "Backspace" && !this.input.value && this.chips.lastElementChild) {
      this.remove(this.chips.lastElementChild);
      this.input.focus();
    }
  }

  /** The answer to pasted lines: who was found is added; what was not found, or means several, stays in the box. */
  takePasted(answer) {
    const found = [...answer.querySelectorAll("[data-pick-now] [data-pick]")];
    for (const button of found) this.add(button.dataset, true);
    const several = [...answer.querySelectorAll("[data-ambiguous]")].map((group) => group.dataset.ambiguous);
    const unknown = [...answer.querySelectorAll("[data-unresolved]")].map((line) => line.textContent);
    this.root.querySelector("[data-picker-paste]").value = [...several, ...unknown].join("\n");
    if (found.length) this.changed();
  }

  /** Of those whom a line could mean one was chosen: the line is done with. */
  decide(group) {
    if (!group) return;
    const box = this.root.querySelector("[data-picker-paste]");
    box.value = box.value.split("\n").filter((line) => line !== group.dataset.ambiguous).join("\n");
    (group.nextElementSibling?.querySelector("[data-pick]") ?? box).focus();
    group.remove();
  }

  /** A column copied from a table goes to the way for pasting. */
  onPaste(event) {
    const pasted = event.clipboardData?.getData("text/plain") ?? "";
    const box = this.root.querySelector("[data-picker-paste]");
    if (!box || !/[\r\n]/.test(pasted.trim())) return;
    event.preventDefault();
    box.value = pasted.trim();
    box.closest("details").open = true;
    box.closest("details").querySelector("button")?.click();
  }
}

export function enhance(root) {
  const picker = new Picker(root);
  root.addEventListener("htmx:after:swap", (event) => {
    const { target } = event.detail.ctx;
    if (target?.matches?.("[data-picker-pasted]")) picker.takePasted(target);
    picker.mark();
  });
}
