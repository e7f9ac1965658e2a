/**
 * Reactions without leaving the page: a small row of buttons at the message, and numbers that follow what others do.
 *
 *   [data-chat-reactions]             the reactions that a message has: button[name=kind][value]
 *   [data-chat-react]                 the link that opens the row (template[data-chat-reaction-choice])
 */
import { request } from "groupware/request";
import { showMessage } from "groupware/messages";

export function watchReactions(room) {
  const { root, log } = room;
  const template = root.querySelector("template[data-chat-reaction-choice]");
  let choice = null;

  async function send(form, button) {
    const isSet = button.getAttribute("aria-pressed") !== "true";
    const response = await request(form.action, {
      method: "POST", body: new URLSearchParams({ kind: button.value, set: isSet ? "1" : "0" }), headers: { Accept: "application/json" },
    }).catch(() => null);
    if (response?.ok) {
      if (root.dataset.visited) room.ask();
      return;
    }
    const answer = await response?.json().catch(() => ({}));
    showMessage(answer?.message || root.dataset.failedWords, "error", { key: "chat-reaction" });
  }

  function close(hasFocus) {
    const link = choice?.closest("li[data-seq]")?.querySelector("[data-chat-react]");
    choice?.remove();
    choice = null;
    if (hasFocus) link?.focus();
  }

  function open(link) {
    const item = link.closest("li[data-seq]");
    const wasHere = choice && item.contains(choice);
    close(false);
    if (wasHere) { link.focus(); return; }
    choice = template.content.firstElementChild.cloneNode(true);
    choice.querySelector("a").href = link.href;
    const form = item.querySelector("[data-chat-reactions]");
    for (const button of choice.querySelectorAll("button")) {
      const shown = form.querySelector(`button[value="${CSS.escape(button.value)}"]`);
      button.setAttribute("aria-pressed", shown?.getAttribute("aria-pressed") ?? "false");
      button.addEventListener("click", () => { send(form, button); close(true); });
    }
    choice.addEventListener("keydown", (event) => {
      const buttons = [...choice.querySelectorAll("button, a")];
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      if (step) {
        event.preventDefault();
        buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length].focus();
      } else if (event.key === "Escape") {
        event.stopPropagation();
        close(true);
      }
    });
    item.querySelector(".chat-foot").after(choice);
    choice.querySelector("button").focus();
    choice.scrollIntoView({ block: "nearest" });
  }

  log.addEventListener("click", (event) => {
    const link = event.target.closest("[data-chat-react]");
    if (link && template) { event.preventDefault(); open(link); }
  });
  log.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-chat-reactions]");
    if (!form) return;
    event.preventDefault();
    send(form, event.submitter);
  });
  document.addEventListener("pointerdown", (event) => {
    if (choice && !choice.contains(event.target) && !event.target.closest?.("[data-chat-react]")) close(false);
  });

  /** Somebody has reacted, or took it back. */
  room.reacted = ({ seq, reaction, number, person_id: person, is_set: isSet }) => {
    const form = room.list.querySelector(`li[data-seq="${Number(seq)}"] [data-chat-reactions]`);
    if (!form) return;
    if (person === null) { room.renew(seq, 1); return; } // it is not told who it was
    let button = form.querySelector(`button[value="${CSS.escape(reaction)}"]`);
    if (!number) { button?.remove(); return; }
    if (!button) {
      const pattern = root.querySelector("template[data-chat-reaction-patterns]")?.content.querySelector(`button[value="${CSS.escape(reaction)}"]`);
      if (!pattern) return;
      button = pattern.cloneNode(true);
      const order = [...pattern.parentNode.children].map((one) => one.value);
      const next = [...form.querySelectorAll("button")].find((one) => order.indexOf(one.value) > order.indexOf(reaction));
      if (next) next.before(button);
      else form.querySelector("[role=group]").append(button);
    }
    button.querySelector("[data-number]").textContent = number.toLocaleString();
    if (String(person) === root.dataset.person) button.setAttribute("aria-pressed", isSet ? "true" : "false");
  };
}
