/**
 * Announcements on the desktop from an open page: what came for this way, once per browser, however many pages are open.
 * They need the person's permission in the browser, and a page that was loaded over HTTPS.
 */
import { request } from "groupware/request";

const SHOWN_UNTIL = "groupware-desktop-until";

export function isAllowed() {
  return "Notification" in window && Notification.permission === "granted";
}

/** Shows what is new since the last time. */
export async function announce() {
  if (!isAllowed() || document.hasFocus() || !navigator.locks) return;
  await navigator.locks.request("groupware-desktop", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    const since = window.localStorage.getItem(SHOWN_UNTIL) ?? "";
    const response = await request(`/notifications/announcements?${new URLSearchParams({ since })}`, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { lines, until } = await response.json();
    window.localStorage.setItem(SHOWN_UNTIL, until);
    for (const { title, detail, url, tag } of lines) {
      const shown = new Notification(title, { body: detail, tag });
      shown.addEventListener("click", () => { window.focus(); window.location.assign(url); });
    }
  }).catch(() => {});
}

/** A button that asks the browser; it is shown only where the browser can be asked, words where it refuses. */
export function offer(element) {
  const button = element.querySelector("[data-desktop-ask]");
  const show = () => {
    const state = "Notification" in window && window.isSecureContext ? Notification.permission : "unsupported";
    for (const words of element.querySelectorAll("[data-desktop-state]")) words.hidden = words.dataset.desktopState !== state;
    button.hidden = state !== "default";
  };
  button.addEventListener("click", () => Notification.requestPermission().then(show));
  show();
}
