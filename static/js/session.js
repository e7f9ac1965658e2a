/**
 * The session: its CSRF token, whether it is alive, and giving the password again in a dialog that keeps the page.
 *
 * GET  data-alive-url     → 200 {csrf_token} | 401 {csrf_token} (a token to sign in with)
 * POST data-sign-in-url   → 200 {csrf_token, person} | other {message}
 * POST data-elevation-url → 200 {csrf_token} | other {message}: the password once more, for administration
 * `person` is the address of the person's card; another person than before makes the page load afresh. A 401 says in
 * X-Sign-In which of the two it wants; any other address (a new password to choose) is a page to go to.
 */
import { text } from "groupware/texts";
import { showMessage } from "groupware/messages";

const FRESH_FOR = 60_000; // milliseconds a good answer spares the next question
let lastAlive = Date.now();
let pending = null;

export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

function setCsrfToken(token) {
  if (!token) return;
  document.querySelector('meta[name="csrf-token"]')?.setAttribute("content", token);
  for (const input of document.querySelectorAll('input[name="csrf_token"]')) input.value = token;
}

/** Remembers that the server has just answered a signed-in request. */
export function noteAlive() {
  lastAlive = Date.now();
}

/** True when the last good answer is so old that the session should be asked for before a form is sent. */
export function mayBeOver() {
  return Boolean(document.body.dataset.aliveUrl) && Date.now() - lastAlive >= FRESH_FOR;
}

/** True when a form may be sent: the session is alive, or the person has signed in again. `isCareful`: ask, however fresh the last answer. */
export async function ensureAlive(isCareful = false) {
  if (!isCareful && !mayBeOver()) return true;
  let response;
  try {
    response = await askAlive(document.body.dataset.aliveUrl);
  } catch {
    showMessage(text("offline"), "error", { key: "request" });
    return false;
  }
  if (response.status === 401) return signInAgain();
  if (response.ok) {
    setCsrfToken((await readJson(response)).csrf_token);
    noteAlive();
  }
  return true; // any other answer is for the form's own request to report
}

/** Opens the dialog; true once the password was right, false when the person closed it. One dialog at a time. */
export function signInAgain(wanted = null) {
  pending ??= ask(wanted).finally(() => { pending = null; });
  return pending;
}

function ask(wanted) {
  const { signInUrl, elevationUrl } = document.body.dataset;
  if (wanted && wanted === elevationUrl) return openDialog("elevation-dialog", elevationUrl);
  if (!wanted || wanted === signInUrl) return openDialog("sign-in-dialog", signInUrl);
  window.location.assign(wanted);
  return Promise.resolve(false);
}

function askAlive(url) {
  const stop = new AbortController();
  const timer = window.setTimeout(() => stop.abort(), 8000);
  return fetch(url, { headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store", signal: stop.signal })
    .finally(() => window.clearTimeout(timer));
}

async function openDialog(id, url) {
  const dialog = document.getElementById(id);
  if (!dialog) return false;
  const form = dialog.querySelector("form");
  const problem = dialog.querySelector("[data-sign-in-problem]");
  problem.hidden = true;
  dialog.showModal();
  const hasSignedIn = await new Promise((resolve) => {
    const submit = async (event) => {
      event.preventDefault();
      const failure = await signIn(form, url);
      problem.textContent = failure ?? "";
      problem.hidden = failure === null;
      if (failure === null) finish(true);
      else form.elements.password.select();
    };
    const close = () => finish(false);
    const finish = (result) => {
      form.removeEventListener("submit", submit);
      dialog.removeEventListener("close", close);
      if (dialog.open) dialog.close();
      form.reset();
      resolve(result);
    };
    form.addEventListener("submit", submit);
    dialog.addEventListener("close", close);
  });
  if (hasSignedIn) noteAlive();
  return hasSignedIn;
}

/** Null when it worked, otherwise the words for the person. */
async function signIn(form, url) {
  try {
    const before = await readJson(await askAlive(document.body.dataset.aliveUrl));
    const body = new FormData(form);
    body.set("csrf_token", before.csrf_token ?? csrfToken());
    const response = await fetch(url, {
      method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json" },
    });
    const answer = await readJson(response);
    if (!response.ok) return answer.message || text("sign-in-failed");
    setCsrfToken(answer.csrf_token);
    // Only for the person whose page this is; elevation names nobody, it cannot change who is signed in.
    if (url === document.body.dataset.signInUrl && (!answer.person || answer.person !== document.body.dataset.person)) {
      window.dispatchEvent(new Event("groupware:leave"));
      window.location.assign("/");
      return new Promise(() => {}); // never goes on: what waits here belongs to the other person
    }
    return null;
  } catch {
    return text("offline");
  }
}

async function readJson(response) {
  try {
    return await response.json();
  } catch {
    return {};
  }
}
