/**
 * Writing and sending. What was sent stands below the log until the server has it: pending, or failed with a button. Every
 * attempt carries the key of the first one, so that a message arrives once however often it is sent. What is not sent yet
 * survives a reload, but on a
 * computer that people share: there the browser keeps nothing. What is being written is kept on the server (groupware/drafts).
 */
import { confirmAct } from "groupware/dialogs";
import { showMessage } from "groupware/messages";
import { request } from "groupware/request";
import { announce, fill } from "groupware/texts";
import { watchFiles } from "chat/filing";
import { watchFormatting } from "chat/formatting";
import { watchMentions } from "chat/mention";
import { offerChoice, sends } from "chat/sending";

const PATIENCE = 20_000;
const AGAIN = 5000;
const MAY_PASS = [0, 408, 429, 500, 502, 503, 504]; // what another attempt can mend

export function compose(room) {
  const { root } = room;
  const form = root.querySelector("[data-chat-composer]");
  const field = form.querySelector("textarea");
  const reply = form.querySelector("[data-chat-reply]");
  const waiting = root.querySelector("[data-chat-pending]");
  const status = form.querySelector("[data-draft-status]");
  const whisper = form.querySelector("[data-chat-command-answer]");
  const chosen = offerChoice(root, field);
  const kept = root.dataset.isShared ? "" : `chat.${root.dataset.person}.${root.dataset.room}.outbox`;
  const files = watchFiles(form);
  const outbox = new Map(read(kept).map((item) => [item.key, item]));
  let queue = Promise.resolve();

  const { named, loudness } = form.elements;
  const mentions = watchMentions(root, field, { kept: parsed(named.value), changed: (some) => { named.value = JSON.stringify(some); } });
  watchFormatting(form, field);
  field.addEventListener("input", () => { grow(field); named.value = JSON.stringify(mentions.chosen); });
  grow(field);

  field.addEventListener("keydown", (event) => {
    if (!sends(event, chosen())) return;
    event.preventDefault();
    form.requestSubmit();
  });

  form.addEventListener("submit", (event) => {
    if (files.needsForm()) return; // the browser sends them with the form
    event.preventDefault();
    if (event.submitter?.hasAttribute("formaction")) { sendLater(event.submitter); return; }
    const stamp = event.submitter?.name === "stamp" ? event.submitter : null;
    if (stamp) { sendStamp(stamp); return; }
    const text = field.value;
    const attached = files.chosen();
    silence();
    if (!text.trim() && !attached.length) { field.focus(); return; }
    // The draft goes by the key that the message is sent by, and the next one gets a key of its own.
    const item = { key: form.elements.key.value, text, reply: form.elements.reply_to.value, named: mentions.named(text), files: attached, loudness: loudness?.value ?? "" };
    if (loudness) loudness.value = "usual";
    form.elements.key.value = newKey();
    status.textContent = "";
    outbox.set(item.key, item);
    keep();
    field.value = "";
    mentions.reset();
    files.reset();
    answerTo(null);
    grow(field);
    show(item);
    enqueue(item);
    field.focus();
  });

  /** Kept on the server until its time; then the field is empty, and the next message has a key of its own. */
  async function sendLater(button) {
    const place = form.querySelector("[data-chat-later-words]");
    if (!field.value.trim() && !files.chosen().length) { field.focus(); return; }
    const body = new URLSearchParams([...new FormData(form, button)].filter(([name]) => name !== "named"));
    for (const { value } of mentions.named(field.value)) body.append("mention", value);
    const response = await request(button.formAction, { method: "POST", body, headers: { Accept: "application/json" } }).catch(() => null);
    const answer = await response?.json().catch(() => ({})) ?? {};
    place.textContent = "";
    if (!response?.ok) {
      place.textContent = Object.values(answer.fields ?? {})[0] || answer.message || root.dataset.failedWords;
      return;
    }
    form.elements.key.value = newKey();
    status.textContent = "";
    field.value = "";
    if (loudness) loudness.value = "usual";
    mentions.reset();
    files.reset();
    answerTo(null);
    grow(field);
    button.closest("details").open = false;
    showMessage(answer.message, "success", { key: "chat-later" });
    field.focus();
  }

  /** A stamp is a message of its own; what is being written stays. */
  function sendStamp(button) {
    const item = { key: newKey(), text: button.textContent.trim(), reply: form.elements.reply_to.value, stamp: button.value };
    outbox.set(item.key, item);
    keep();
    answerTo(null);
    show(item);
    enqueue(item);
    button.closest("details").open = false;
    field.focus();
  }

  function keep() {
    write(kept, [...outbox.values()].map(({ key, text, reply: to, named, stamp, files: some, loudness: how }) => ({ key, text, reply: to, named, stamp, files: some, loudness: how })));
  }

  /** One after the other: what was written first stands first. */
  function enqueue(item) {
    queue = queue.then(() => send(item)).catch(() => {});
  }

  async function send(item, confirmed = "") {
    if (!outbox.has(item.key)) return;
    mark(item, root.dataset.pendingWords);
    const outcome = await attempt(item, confirmed);
    if (outcome.command) {
      forget(item);
      if (outcome.command.opens) window.location.assign(outcome.command.opens);
      else answer(outcome.command.answer);
      return;
    }
    if (outcome.html !== undefined) {
      forget(item);
      room.taken(outcome.html);
      return;
    }
    const { status, answer: refusal } = outcome;
    if (status === 422 && refusal.code === "individual_number" && root.dataset.confirmNumber && !confirmed
      && await confirmAct(`${refusal.message} ${root.dataset.confirmNumber}`, { label: root.dataset.sendWords })) {
      await send(item, "individual_number");
      return;
    }
    const reason = Object.values(refusal.fields ?? {})[0] || refusal.message || root.dataset.failedWords;
    if (refusal.code === "command") {
      takeBack(item);
      whisper.textContent = reason;
      whisper.hidden = false;
      return;
    }
    fail(item, reason);
    if (status === 0) window.setTimeout(() => outbox.has(item.key) && enqueue(item), AGAIN);
  }

  async function attempt({ key, text, reply: to, named = [], stamp = "", files: some = [], loudness: how = "" }, confirmed) {
    const stop = new AbortController();
    const timer = window.setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await request(root.dataset.sendUrl, {
        method: "POST",
        body: new URLSearchParams([["key", key], ["text", text], ["reply_to", to], ["confirmed", confirmed], ["stamp", stamp], ["loudness", how], ...named.map(({ value }) => ["mention", value]), ...some.map(({ uid }) => ["files", uid])]),
        headers: { Accept: "application/json" },
        signal: stop.signal,
        onSignedOut: () => window.clearTimeout(timer),
      });
      if (response.ok && response.headers.get("Content-Type")?.startsWith("application/json")) return { command: await response.json() };
      if (response.ok) return { html: await response.text() };
      return { status: response.status, answer: await response.json().catch(() => ({})) };
    } catch {
      return { status: 0, answer: { message: root.dataset.offlineWords } };
    } finally {
      window.clearTimeout(timer);
    }
  }

  /** What a command says to who typed it, above the field; the next one takes its place. */
  function answer(html) {
    whisper.replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
    whisper.hidden = false;
  }

  function silence() {
    whisper.hidden = true;
    whisper.replaceChildren();
  }

  whisper.addEventListener("click", (event) => {
    if (!event.target.closest("[data-chat-answer-close]")) return;
    silence();
    field.focus();
  });

  /* What waits, below the log. */

  function show(item) {
    const row = root.querySelector("template[data-chat-waiting]").content.firstElementChild.cloneNode(true);
    row.dataset.key = item.key;
    row.querySelector("[data-text]").textContent = item.text;
    const names = row.querySelector("[data-files]");
    names.hidden = !item.files?.length;
    names.querySelector("span").textContent = (item.files ?? []).map(({ name }) => name).join(", ");
    row.querySelector("[data-again]").addEventListener("click", () => enqueue(item));
    row.querySelector("[data-take-back]").addEventListener("click", () => takeBack(item));
    waiting.append(row);
    waiting.hidden = false;
  }

  function mark(item, words, isFailed = false) {
    const row = waiting.querySelector(`[data-key="${CSS.escape(item.key)}"]`);
    row.classList.toggle("is-failed", isFailed);
    row.querySelector("[data-state]").textContent = words;
    for (const button of row.querySelectorAll("button")) button.hidden = !isFailed;
  }

  function fail(item, reason) {
    mark(item, reason, true);
    announce(reason);
  }

  function forget(item) {
    outbox.delete(item.key);
    keep();
    waiting.querySelector(`[data-key="${CSS.escape(item.key)}"]`)?.remove();
    waiting.hidden = !outbox.size;
  }

  /** Back into the field, to be changed or left. */
  function takeBack(item) {
    forget(item);
    field.value = field.value ? `${item.text}\n${field.value}` : item.text;
    files.put(item.files ?? []);
    mentions.reset([...(item.named ?? []), ...mentions.chosen]);
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  }

  for (const item of outbox.values()) { show(item); enqueue(item); }
  if (!kept) window.addEventListener("beforeunload", (event) => { if (outbox.size) event.preventDefault(); });
  window.addEventListener("online", () => { for (const item of outbox.values()) enqueue(item); });

  /* Answering one message. */

  function answerTo(item) {
    form.elements.reply_to.value = item?.dataset.uid ?? "";
    reply.hidden = !item;
    if (item) reply.querySelector("[data-chat-reply-words]").textContent = fill(root.dataset.replyWords, { name: item.dataset.name });
  }

  room.log.addEventListener("click", (event) => {
    const link = event.target.closest("[data-chat-answer]");
    if (!link) return;
    event.preventDefault();
    answerTo(link.closest("li[data-seq]"));
    field.focus();
  });
  reply.querySelector("[data-chat-no-reply]").addEventListener("click", (event) => {
    event.preventDefault();
    answerTo(null);
    field.focus();
  });
}

/** A key that nobody else has. `crypto.randomUUID` is there for encrypted pages only. */
function newKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function grow(field) {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight + 2, window.innerHeight / 3)}px`;
}

function read(name) {
  try {
    return name ? parsed(localStorage.getItem(name)) : [];
  } catch {
    return [];
  }
}

function parsed(text) {
  try {
    const found = JSON.parse(text || "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

function write(name, value) {
  if (!name) return;
  try {
    if (value.length) localStorage.setItem(name, JSON.stringify(value));
    else localStorage.removeItem(name);
  } catch {
    // A browser that keeps nothing sends all the same.
  }
}
