/**
 * Marks on messages that a link sets by way of a page of its own: here the click itself does it, and the message is drawn again.
 *
 *   a[data-chat-mark]    its data-chat-mark is what the form of that page would send as `set`
 *   [data-chat-pinned]   what was pinned last; its data-url is where it is fetched again
 */
import { request } from "groupware/request";
import { spread } from "groupware/live";
import { showMessage } from "groupware/messages";

export function watchMarks(room) {
  const { root, log } = room;
  log.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-chat-mark]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { seq } = link.closest("li[data-seq]").dataset;
    const response = await request(link.href, {
      method: "POST", body: new URLSearchParams({ set: link.dataset.chatMark }), headers: { Accept: "application/json" },
    }).catch(() => null);
    if (!response?.ok) {
      const answer = await response?.json().catch(() => ({}));
      showMessage(answer?.message || root.dataset.offlineWords, "error");
      return;
    }
    await room.renew(seq, 1);
    const menu = log.querySelector(`li[data-seq="${Number(seq)}"] [data-chat-more]`);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus({ preventScroll: true });
  });
}

/** Somebody pinned a message or took a pin away. */
export async function renewPinned(room, seq, crowd) {
  const place = room.root.querySelector("[data-chat-pinned]");
  room.renew(seq, crowd);
  await new Promise((resolve) => window.setTimeout(resolve, spread(crowd)));
  const response = await request(place.dataset.url, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!response || response.status >= 500) room.lacking.note("pinned", () => renewPinned(room, seq, 1));
  if (!response?.ok || response.redirected) return;
  place.replaceChildren(...new DOMParser().parseFromString(await response.text(), "text/html").body.childNodes);
}
