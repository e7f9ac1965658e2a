/** The main menu: entries that do not fit go under その他. Each stands there already; only its `hidden` changes. */
import { mount } from "groupware/mount";

function arrange(menu) {
  const list = menu.querySelector(".menu-list");
  const more = menu.querySelector("[data-menu-more]");
  const items = [...list.children];
  const isNarrow = getComputedStyle(list).display === "none"; // everything is behind the one menu button
  for (const item of items) item.hidden = false;
  more.hidden = true;
  let shown = items.length;
  if (!isNarrow && list.scrollWidth > menu.clientWidth) {
    more.hidden = false;
    const room = menu.clientWidth - more.offsetWidth;
    const widths = items.map((item) => item.getBoundingClientRect().width);
    let total = widths.reduce((sum, width) => sum + width, 0);
    while (shown > 0 && total > room) {
      shown -= 1;
      total -= widths[shown];
    }
  }
  if (isNarrow) {
    more.hidden = false;
    shown = 0;
  }
  let isCurrentBelow = false;
  items.forEach((item, index) => {
    item.hidden = index >= shown;
    const copy = menu.querySelector(`[data-menu-copy="${CSS.escape(item.dataset.menuItem)}"]`);
    copy.hidden = index < shown;
    if (index >= shown && item.querySelector("[aria-current]")) isCurrentBelow = true;
  });
  more.toggleAttribute("data-current", isCurrentBelow && !isNarrow);
}

/** On a phone the views of a section scroll sideways: the one that is open is to be seen. */
function showOpened(links) {
  const opened = links.querySelector("[aria-current]");
  if (opened) links.scrollLeft = opened.offsetLeft - links.offsetLeft - (links.clientWidth - opened.offsetWidth) / 2;
}

export function start() {
  mount(".section-links", showOpened);
  mount("[data-menu]", (menu) => {
    let arranged = "";
    const observer = new ResizeObserver(() => {
      // The menu itself as well: its neighbours take more or less of a header that stays as wide.
      const now = `${menu.parentElement.clientWidth} ${menu.clientWidth}`;
      if (now === arranged) return;
      arranged = now;
      arrange(menu);
    });
    observer.observe(menu.parentElement);
    observer.observe(menu);
    document.fonts?.ready.then(() => arrange(menu));
  });
}
