/**
 * A message that is drawn again while somebody is at it: the focus, an open menu and an open row of reactions go over to the new one.
 *
 *   const goOn = hold(before);
 *   before.replaceWith(fresh);
 *   goOn(fresh);
 */
const ROW = ".chat-reaction-choice";

export function hold(item) {
  const active = item.contains(document.activeElement) ? document.activeElement : null;
  const row = item.querySelector(ROW);
  const isOpen = item.querySelector("[data-chat-more]")?.open;
  return (fresh) => {
    const menu = fresh.querySelector("[data-chat-more]");
    if (isOpen && menu) menu.open = true;
    if (row) fresh.querySelector(".chat-foot").after(row);
    if (!active) return;
    const same = row?.contains(active) ? active : counterpart(active, fresh);
    (same ?? menu?.querySelector("summary") ?? fresh).focus({ preventScroll: true });
  };
}

/** What stands where something stood: a link with the same address, a button of the same value, the summary of the menu. */
function counterpart(element, fresh) {
  if (element.matches("li[data-seq]")) return fresh;
  if (element.matches("summary")) return fresh.querySelector("[data-chat-more] > summary");
  if (element.value) return fresh.querySelector(`[data-chat-reactions] button[value="${CSS.escape(element.value)}"]`);
  const address = element.getAttribute("href");
  return address && fresh.querySelector(`a[href="${CSS.escape(address)}"]`);
}
