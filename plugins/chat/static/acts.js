/**
 * The menu of a message opens to where there is room: below its button, or above it at the end of the log. Escape closes it
 * (groupware/dropdowns) and leaves the focus at its button.
 */
const NARROW = matchMedia("(max-width: 47.99em)"); // there it lies at the lower edge of the screen

export function watchActs({ log }) {
  log.addEventListener("toggle", ({ target: menu }) => {
    if (!menu.matches?.("[data-chat-more]") || !menu.open) return;
    menu.classList.remove("opens-up");
    if (NARROW.matches) return;
    const frame = log.getBoundingClientRect();
    const button = menu.querySelector("summary").getBoundingClientRect();
    const height = menu.querySelector(".dropdown-panel").offsetHeight;
    const below = frame.bottom - button.bottom;
    if (height > below && button.top - frame.top > below) menu.classList.add("opens-up");
    menu.querySelector(".dropdown-panel").scrollIntoView({ block: "nearest" });
  }, true);
}
