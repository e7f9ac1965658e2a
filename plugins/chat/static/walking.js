/**
 * From message to message by the keyboard: in the log the arrow keys go up and down, Home and End to the first and the last that is
 * there, Enter opens what can be done with a message, Escape goes back to the field. In an empty field the upward arrow leads to
 * the last message.
 *
 * A message has the focus as a whole; the Tab key goes on to its links. One that is longer than the log is scrolled through first.
 */
const STEP = 60; // pixels of a message that does not fit

export function watchWalking({ root, log, list, toEnd }) {
  const field = root.querySelector("[data-chat-composer] textarea");
  const items = () => [...list.querySelectorAll("li[data-seq]")];

  function hold(item) {
    item.tabIndex = -1;
    item.focus({ preventScroll: true });
  }

  function go(item) {
    if (!item) return;
    hold(item);
    item.scrollIntoView({ block: "nearest" });
  }

  /** Whether something of the message lies beyond the edge to which the key leads. */
  function reads(item, step) {
    const [box, frame] = [item.getBoundingClientRect(), log.getBoundingClientRect()];
    const hidden = step > 0 ? box.bottom - frame.bottom : frame.top - box.top;
    if (hidden <= 1 || box.height <= frame.height) return false;
    log.scrollBy({ top: step * Math.min(STEP, hidden) });
    return true;
  }

  function walk(event) {
    const all = items();
    const item = event.target.closest("li[data-seq]");
    const at = all.indexOf(item);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      if (item && reads(item, step)) return true;
      const next = at < 0 ? (step < 0 ? all.at(-1) : all.find((one) => one.getBoundingClientRect().bottom > log.getBoundingClientRect().top)) : all[at + step];
      if (!next && step > 0) { toEnd(); field?.focus(); }
      go(next);
    } else if (event.key === "Home") go(all[0]);
    else if (event.key === "End") go(all.at(-1));
    else if (event.key === "Enter" && event.target === item) openMenu(item);
    else if (event.key === "Escape") field?.focus();
    else return false;
    return true;
  }

  function openMenu(item) {
    const menu = item.querySelector("[data-chat-more]");
    if (!menu) return;
    menu.open = true;
    menu.querySelector("a, button")?.focus();
  }

  log.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    // What is open in a message has its own keys.
    if (event.target.closest("[data-chat-more][open], .chat-reaction-choice, input, select, textarea")) return;
    if (walk(event)) event.preventDefault();
  });
  field?.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" || event.defaultPrevented || event.isComposing || event.keyCode === 229) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || field.value) return;
    event.preventDefault();
    go(items().at(-1));
  });
  return { hold };
}
