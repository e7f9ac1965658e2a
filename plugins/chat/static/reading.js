/**
 * What stands in sight of somebody who looks at the page has been read. The pointer is sent at most every two seconds, so
 * that scrolling through a hundred messages is one report and not a hundred.
 */
import { request } from "groupware/request";

const EVERY = 2000;

export function watchReading(room) {
  const { root, log, list } = room;
  let told = Number(root.dataset.read);
  let seen = told;
  let timer = 0;
  const inSight = new Set();

  const watcher = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      if (isIntersecting) inSight.add(target);
      else inSight.delete(target);
    }
    note();
  }, { root: log, threshold: 0.4 });

  function note() {
    if (document.hidden || !document.hasFocus()) return;
    for (const item of inSight) if (item.isConnected) seen = Math.max(seen, Number(item.dataset.seq));
    if (seen > told && !timer) timer = window.setTimeout(tell, EVERY);
  }

  async function tell() {
    timer = 0;
    const seq = seen;
    const response = await request(root.dataset.readUrl, {
      method: "POST", body: new URLSearchParams({ seq }), headers: { Accept: "application/json" }, keepalive: true,
    }).catch(() => null);
    if (!response?.ok) return; // the next message, or the next look, tells it again
    told = Math.max(told, seq);
    document.dispatchEvent(new CustomEvent("companion:changed", { detail: "chat" }));
    const mark = document.querySelector(`[data-chat-rooms] [data-room="${CSS.escape(root.dataset.room)}"] [data-unread]`);
    if (mark && seq >= room.known) mark.hidden = true;
  }

  for (const item of list.querySelectorAll("li[data-seq]")) watcher.observe(item);
  room.onPlaced = (item) => { if (item.dataset.seq) watcher.observe(item); };
  document.addEventListener("visibilitychange", note);
  window.addEventListener("focus", note);
  window.addEventListener("pagehide", () => { if (seen > told) tell(); });
}
