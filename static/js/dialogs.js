/**
 * Native dialogs.
 *   data-dialog-open="id"   opens the <dialog id>
 *   data-dialog-close       closes the dialog around it
 *   <dialog data-keep-open> is not closed by a click beside it
 */
import { delegate, mount } from "groupware/mount";

let refuseAsked = () => {};

/** Asks before an act; true when the person goes on. label names the act on the button. */
export function confirmAct(words, { label, kind } = {}) {
  const dialog = document.getElementById("confirm-dialog");
  if (!dialog) return Promise.resolve(window.confirm(words));
  const accept = dialog.querySelector("[data-confirm-accept]");
  accept.dataset.usualLabel ??= accept.textContent;
  accept.textContent = label || accept.dataset.usualLabel;
  accept.className = `button button-${kind === "danger" ? "danger" : "primary"}`;
  dialog.querySelector("[data-confirm-text]").textContent = words;
  refuseAsked(); // "close" comes later than the closing: who is quick asks again before it
  return new Promise((resolve) => {
    let isAccepted = false;
    refuseAsked = () => resolve(false);
    accept.onclick = () => { isAccepted = true; dialog.close(); };
    dialog.onclose = () => { if (!dialog.open) resolve(isAccepted); };
    dialog.showModal();
  });
}

export function start() {
  delegate("click", "[data-dialog-open]", (_event, button) => document.getElementById(button.dataset.dialogOpen)?.showModal());
  delegate("click", "[data-dialog-close]", (_event, button) => button.closest("dialog")?.close());
  mount("dialog", (dialog) => {
    dialog.addEventListener("mousedown", (event) => {
      if (event.target !== dialog || dialog.hasAttribute("data-keep-open")) return;
      const box = dialog.getBoundingClientRect();
      const isInside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
      if (!isInside) dialog.close();
    });
  });
}
