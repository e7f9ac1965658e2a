/**
 * Forms that lose nothing: asked about a dead session before they are sent, sent once, and guarded when left.
 *   form[data-guard-changes]       warns before the page is left with changes ("changed": changed from the start)
 *   form[data-confirm="question"]  asks first; data-confirm-label, data-confirm-kind dress the button
 * Forms with hx-post are sent by htmx and only guarded.
 */
import { delegate, mount } from "groupware/mount";
import { ensureAlive, mayBeOver } from "groupware/session";
import { confirmAct } from "groupware/dialogs";
import { text } from "groupware/texts";

const approved = new WeakSet();
const running = new WeakSet();
const guarded = new Map();
let isLeaving = false;

function fingerprint(form) {
  return [...new FormData(form)].filter(([name]) => name !== "csrf_token")
    .map(([name, value]) => `${name}=${value instanceof File ? value.name : value}`).join("\n");
}

/** True when the form holds something that was not there at the start. */
export function isChanged(form) {
  return guarded.has(form) && guarded.get(form) !== fingerprint(form);
}

/** Whether somebody has written in it what they would not want to write again. Sent into a cut network it would be gone with the page,
 * so the server is asked for a sign of life first. */
function holdsText(form) {
  return guarded.has(form) && [...form.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
}

/** What is in the form now counts as saved. */
export function settle(form) {
  if (guarded.has(form)) guarded.set(form, fingerprint(form));
}

function setBusy(form, submitter, isBusy) {
  const buttons = [...form.elements].filter((element) => element.type === "submit");
  for (const button of buttons) button.toggleAttribute("data-busy", isBusy);
  const label = submitter?.querySelector("span") ?? null;
  if (!label) return;
  if (isBusy) {
    submitter.dataset.label = label.textContent;
    label.textContent = text("sending") || label.textContent;
  } else if (submitter.dataset.label) {
    label.textContent = submitter.dataset.label;
  }
}

function hasQuestion(form, submitter) {
  return Boolean(submitter?.dataset.confirm ?? form.dataset.confirm);
}

function ask(form, submitter) {
  const { confirmLabel: label, confirmKind: kind } = form.dataset;
  return confirmAct(submitter?.dataset.confirm ?? form.dataset.confirm,
    { label: submitter?.dataset.confirmLabel ?? label, kind: submitter?.dataset.confirmKind ?? kind });
}

async function onSubmit(event) {
  const form = event.target;
  const isOurs = form.getAttribute("method")?.toLowerCase() === "post" && !form.matches("[hx-post], [hx-put], [data-sign-in-again]");
  if (event.defaultPrevented || !isOurs) return;
  const { submitter } = event;
  if (approved.delete(form)) return depart(form, submitter);
  if (running.has(form)) return event.preventDefault(); // a second click
  const isCareful = holdsText(form) || !navigator.onLine;
  if (!hasQuestion(form, submitter) && !isCareful && !mayBeOver()) return depart(form, submitter);
  event.preventDefault();
  if (hasQuestion(form, submitter) && !(await ask(form, submitter))) return; // nothing runs while it is asked
  running.add(form);
  if (await ensureAlive(isCareful)) {
    approved.add(form);
    form.requestSubmit(submitter?.isConnected ? submitter : null);
  } else {
    release(form, submitter);
  }
}

/** The browser sends the form now. */
function depart(form, submitter) {
  if (form.target) return release(form, submitter); // another window: this page stays
  running.add(form);
  isLeaving = true;
  setBusy(form, submitter, true);
  window.setTimeout(() => release(form, submitter), 15_000); // a download or a slow server leaves the page here
}

function release(form, submitter) {
  running.delete(form);
  isLeaving = false;
  setBusy(form, submitter, false);
}

export function start() {
  mount("form[data-guard-changes]", (form) => {
    // After the editor and the pickers have settled, so that their work is not taken for the person's.
    window.setTimeout(() => guarded.set(form, form.dataset.guardChanges === "changed" ? "" : fingerprint(form)), 0);
  });
  document.addEventListener("submit", onSubmit);
  document.addEventListener("reset", (event) => { if (event.target instanceof HTMLFormElement) settle(event.target); });
  window.addEventListener("groupware:leave", () => { isLeaving = true; });
  window.addEventListener("beforeunload", (event) => {
    if (isLeaving) return;
    for (const form of guarded.keys()) {
      if (!form.isConnected) guarded.delete(form);
      else if (isChanged(form)) event.preventDefault();
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return; // back from the browser's memory: everything may be pressed again
    isLeaving = false;
    for (const form of document.forms) {
      running.delete(form);
      for (const button of form.querySelectorAll("[data-busy]")) setBusy(form, button, false);
    }
  });
  mount("[data-error-summary]", (summary) => summary.focus());
  delegate("click", "[data-error-summary] a[href^='#']", (event, link) => {
    const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!target) return;
    event.preventDefault();
    target.scrollIntoView({ block: "center" });
    (target.matches("fieldset") ? target.querySelector("input, button, textarea, select") : target)?.focus();
  });
}
