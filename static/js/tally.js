/** What is new, counted from several sources (the bell, the chat): the sum stands in the title of the window and at the icon of the tab. */
const plainTitle = document.title;
const numbers = new Map();

/** Says how many a source has now. */
export function count(source, number) {
  numbers.set(source, number);
  const sum = [...numbers.values()].reduce((left, right) => left + right, 0);
  document.title = sum ? `(${capped(sum)}) ${plainTitle}` : plainTitle;
  const icon = document.querySelector('link[rel="icon"]');
  if (!icon?.dataset.news) return;
  icon.dataset.plain ??= icon.href;
  icon.href = sum ? icon.dataset.news : icon.dataset.plain;
}

/** Shows a number at an element, or none. */
export function showBadge(element, number) {
  let badge = element.querySelector(".badge");
  if (!badge && number) {
    badge = document.createElement("span");
    badge.className = "badge";
    element.append(badge);
  }
  if (!badge) return;
  badge.hidden = !number;
  if (badge.firstChild) badge.firstChild.textContent = capped(number);
  else badge.textContent = capped(number);
}

function capped(number) {
  return number >= 100 ? "99+" : String(number);
}
