/**
 * What the field offers while somebody writes, by the keyboard and beside any input method: behind an @ whom it may mean, behind a / at its
 * beginning the commands there are.
 *
 * Whoever is chosen stands in the text as @name and is remembered beside it: only those who were chosen, and still stand in
 * the text, are sent. The answers of data-mentionable-url?q= and data-commands-url?q= are the options of the list.
 */
import { request } from "groupware/request";
import { announce, fill } from "groupware/texts";

const QUIET = 180;
const BEHIND_SLASH = /^\s*[/／]([^\s/／]{0,20})$/;
const BEHIND_AT = /(?:^|[^0-9A-Za-z])[@＠]([^\s@＠]{0,20})$/; // not within an address of mail

export function watchMentions(root, field, { kept = [], changed }) {
  const list = root.querySelector("[data-chat-mentionable]");
  let chosen = kept;
  let active = -1;
  let timer = 0;
  let search = null;

  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-haspopup", "listbox");
  field.setAttribute("aria-controls", list.id);

  const options = () => [...list.querySelectorAll("[role=option]")];

  function typed() {
    if (field.selectionStart !== field.selectionEnd) return null;
    const before = field.value.slice(0, field.selectionStart);
    const { mentionableUrl, commandsUrl } = root.dataset;
    const command = commandsUrl ? BEHIND_SLASH.exec(before) : null;
    if (command) return { query: command[1], url: commandsUrl, mark: "/" };
    const name = mentionableUrl ? BEHIND_AT.exec(before) : null;
    return name && { query: name[1], url: mentionableUrl, mark: "@" };
  }

  function plan() {
    window.clearTimeout(timer);
    search?.abort();
    if (typed() === null) close();
    else timer = window.setTimeout(look, QUIET);
  }

  async function look() {
    const asked = typed();
    if (asked === null) return;
    search = new AbortController();
    try {
      const response = await request(`${asked.url}?${new URLSearchParams({ q: asked.query })}`, { headers: { Accept: "text/html" }, signal: search.signal });
      const html = response.ok ? await response.text() : "";
      const now = typed();
      if (now?.query === asked.query && now.mark === asked.mark) show(html, asked.mark);
    } catch (error) {
      if (error.name !== "AbortError") close();
    }
  }

  function show(html, mark) {
    list.setAttribute("aria-label", mark === "/" ? list.dataset.commandsWords : list.dataset.peopleWords);
    const found = [...new DOMParser().parseFromString(html, "text/html").querySelectorAll("[role=option]")];
    found.forEach((option, index) => { option.id = `${list.id}-${index}`; });
    const wasHidden = list.hidden;
    list.replaceChildren(...found);
    list.hidden = !found.length;
    activate(found.length ? 0 : -1);
    if (found.length && wasHidden) announce(fill(list.dataset.some, { number: found.length }));
  }

  function close() {
    window.clearTimeout(timer);
    list.hidden = true;
    activate(-1);
  }

  function activate(index) {
    const all = options();
    active = index < 0 || !all.length ? -1 : (index + all.length) % all.length;
    all.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    if (active < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }

  function choose(option) {
    const { value, label } = option.dataset;
    const { query, mark } = typed() ?? { query: "", mark: "@" };
    const end = field.selectionStart;
    const start = end - query.length - 1;
    field.setRangeText(`${mark}${label} `, start, end, "end");
    if (mark === "@") chosen = [...chosen, { value, label }];
    close();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  field.addEventListener("input", (event) => { if (!event.isComposing) plan(); });
  field.addEventListener("compositionend", plan);
  field.addEventListener("click", plan);
  field.addEventListener("blur", () => window.setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  field.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") activate(active + (event.key === "ArrowDown" ? 1 : -1));
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && active >= 0) choose(options()[active]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });

  return {
    /** Those who were chosen and stand in the text; of two with one name, the later ones for as often as it stands there. */
    named(text) {
      const left = new Map();
      const found = [];
      for (const one of [...chosen].reverse()) {
        const words = `@${one.label}`;
        if (!left.has(words)) left.set(words, text.split(words).length - 1);
        if (!left.get(words) || found.some(({ value }) => value === one.value)) continue;
        left.set(words, left.get(words) - 1);
        found.push(one);
      }
      return found.reverse();
    },
    /** Begins anew, or goes on with what was taken back. */
    reset(again = []) {
      chosen = again;
      close();
      changed(chosen);
    },
    get chosen() { return chosen; },
  };
}
