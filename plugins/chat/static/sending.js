/**
 * The key that sends. It is asked once, where somebody first writes ([data-chat-sending], a form with a button for each
 * choice), can be changed there at any time, and holds for the person on every computer.
 */
import { request } from "groupware/request";

/** Whether this keydown sends. The Enter that ends a conversion belongs to the input method, whatever was chosen. */
export function sends(event, chosen) {
  if (event.key !== "Enter" || event.defaultPrevented || event.isComposing || event.keyCode === 229) return false;
  if (event.ctrlKey || event.metaKey) return true;
  // On the keyboard of a phone there is no other way to begin a new line.
  return chosen === "enter" && !event.shiftKey && !event.altKey && !matchMedia("(pointer: coarse)").matches;
}

/** Lets the person choose; returns a function that says what was chosen. */
export function offerChoice(root, field) {
  const form = root.querySelector("[data-chat-sending]");
  const words = root.querySelector("[data-sending-words]");
  let chosen = form.dataset.chosen;

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const value = event.submitter.value;
    const response = await request(form.action, {
      method: "POST", body: new URLSearchParams({ sending_key: value }), headers: { Accept: "application/json" },
    }).catch(() => null);
    if (!response?.ok) return; // it stays open, to be pressed again
    chosen = value;
    form.hidden = true;
    words.textContent = value === "enter" ? words.dataset.enter : words.dataset.ctrlEnter;
    field.focus();
  });
  root.querySelector("[data-sending-change]").addEventListener("click", () => {
    form.hidden = !form.hidden;
    if (!form.hidden) form.querySelector("button").focus();
  });
  return () => chosen;
}
