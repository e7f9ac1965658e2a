/** Messages at the top of the content. They stay until closed and are never toasts. */
import { delegate } from "groupware/mount";

/**
 * Shows a message. kind: "info" or "error". A later message with the same key takes the place of the earlier one.
 * action: {label, run} adds a button.
 */
export function showMessage(words, kind = "info", { key = words, action = null } = {}) {
  const pattern = document.getElementById(kind === "error" ? "message-error-template" : "message-template");
  const place = document.getElementById("messages");
  if (!pattern || !place || !words) return;
  for (const earlier of place.children) if (earlier.dataset.key === key) earlier.remove();
  const message = pattern.content.firstElementChild.cloneNode(true);
  message.dataset.key = key;
  message.querySelector("[data-message-text]").textContent = words;
  if (action) message.querySelector(".message-text").append(actionButton(action, message));
  place.append(message);
  if (kind === "error") message.scrollIntoView({ block: "nearest" });
}

function actionButton({ label, run }, message) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-small";
  button.textContent = label;
  button.addEventListener("click", () => { message.remove(); run(); });
  return button;
}

export function start() {
  delegate("click", "[data-message-close]", (_event, button) => {
    const message = button.closest("[data-message]");
    const place = message.parentElement;
    message.remove();
    if (place.id === "messages") document.getElementById("content")?.focus({ preventScroll: true });
  });
}
