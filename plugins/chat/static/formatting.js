/**
 * Buttons that put the marks of formatted text around what is selected in the field, or before its lines; pressed again they take
 * them away. Ctrl+B does what the first one does. What they write is plain text that the browser can undo.
 *
 *   [data-chat-format]         the group; each button in it has data-format
 *   [data-chat-format-toggle]  shows and hides it where there is little room
 */
const PAIRS = { bold: "**", code: "`" };
const LINES = { list: "- ", quote: "> " };

export function watchFormatting(form, field) {
  form.querySelector("[data-chat-format]").addEventListener("click", (event) => {
    const button = event.target.closest("[data-format]");
    if (button) format(field, button.dataset.format);
  });
  const toggle = form.querySelector("[data-chat-format-toggle]");
  toggle.addEventListener("click", () => {
    const isOpen = toggle.getAttribute("aria-expanded") !== "true";
    toggle.setAttribute("aria-expanded", String(isOpen));
    form.querySelector("[data-chat-format]").classList.toggle("is-open", isOpen);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "b" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    format(field, "bold");
  });
}

function format(field, kind) {
  const chosen = field.value.slice(field.selectionStart, field.selectionEnd);
  if (kind === "link") link(field);
  else if (kind === "code" && chosen.includes("\n")) fence(field, chosen);
  else if (PAIRS[kind]) surround(field, PAIRS[kind], chosen);
  else lines(field, LINES[kind]);
}

function surround(field, mark, chosen) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const isMarked = value.slice(start - mark.length, start) === mark && value.slice(end, end + mark.length) === mark;
  if (isMarked) put(field, start - mark.length, end + mark.length, chosen, 0, chosen.length);
  else put(field, start, end, `${mark}${chosen}${mark}`, mark.length, mark.length + chosen.length);
}

function fence(field, chosen) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const before = start === 0 || value[start - 1] === "\n" ? "```\n" : "\n```\n";
  const after = end === value.length || value[end] === "\n" ? "\n```" : "\n```\n";
  put(field, start, end, `${before}${chosen}${after}`, before.length, before.length + chosen.length);
}

/** An address becomes a link by itself: the button only begins one. */
function link(field) {
  const { selectionStart: start, selectionEnd: end, value } = field;
  const text = `${start && !/\s/.test(value[start - 1]) ? " " : ""}https://`;
  put(field, start, end, text, text.length, text.length);
}

function lines(field, mark) {
  const { value } = field;
  const start = value.lastIndexOf("\n", field.selectionStart - 1) + 1;
  const next = value.indexOf("\n", field.selectionEnd);
  const end = next < 0 ? value.length : next;
  const all = value.slice(start, end).split("\n");
  const isMarked = all.every((line) => line.startsWith(mark));
  const text = all.map((line) => (isMarked ? line.slice(mark.length) : mark + line)).join("\n");
  put(field, start, end, text, all.length > 1 ? 0 : text.length, text.length);
}

function put(field, start, end, text, first, last) {
  field.focus();
  field.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) {
    field.setRangeText(text, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  field.setSelectionRange(start + first, start + last);
}
