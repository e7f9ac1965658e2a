/**
 * htmx: our request function under it (CSRF, signing in again), our dialog for hx-confirm, words for failures.
 * Configuration stands in <meta name="htmx-config">. 422 is swapped in, so a form comes back with its errors;
 * other errors leave the page as it is and say so at the top, unless the answer names its own place (HX-Retarget).
 */
import "htmx";
import { mountAll } from "groupware/mount";
import { text } from "groupware/texts";
import { showMessage } from "groupware/messages";
import { request } from "groupware/request";
import { confirmAct } from "groupware/dialogs";
import { settle } from "groupware/forms";

const WORDS = { 403: "not-allowed", 404: "not-found", 409: "conflict", 413: "too-large", 429: "too-many" };

function configure(event) {
  const { ctx } = event.detail;
  ctx.fetch = (url, { method, headers, body, mode, signal }) => request(url, {
    method, headers, body, mode, signal, onSignedOut: () => window.clearTimeout(ctx.requestTimeout),
  });
}

function judge(event) {
  const { response, hx } = event.detail.ctx;
  if (response.status < 400 || response.status === 422 || hx.retarget) return;
  event.preventDefault();
  if (response.status !== 401) showMessage(text(WORDS[response.status] ?? "server-problem"), "error", { key: "request" });
}

export function start() {
  document.addEventListener("htmx:config:request", configure);
  document.addEventListener("htmx:before:request", (event) => event.detail.ctx.target?.setAttribute?.("aria-busy", "true"));
  document.addEventListener("htmx:finally:request", (event) => event.detail.ctx.target?.removeAttribute?.("aria-busy"));
  document.addEventListener("htmx:before:response", judge);
  document.addEventListener("htmx:after:request", (event) => {
    const { response, sourceElement } = event.detail.ctx;
    if (response.status < 400 && sourceElement instanceof HTMLFormElement) settle(sourceElement);
  });
  document.addEventListener("htmx:after:process", (event) => mountAll(event.target instanceof Element ? event.target : document));
  document.addEventListener("htmx:error", (event) => {
    if (event.detail.error instanceof TypeError || event.detail.ctx?.request?.signal?.aborted) {
      showMessage(text("offline"), "error", { key: "request" });
    }
  });
  document.addEventListener("htmx:confirm", (event) => {
    const { ctx, issueRequest, dropRequest } = event.detail;
    if (!ctx.confirm) return;
    event.preventDefault();
    const { confirmLabel: label, confirmKind: kind } = ctx.sourceElement.dataset;
    confirmAct(ctx.confirm, { label, kind }).then((isConfirmed) => (isConfirmed ? issueRequest() : dropRequest()));
  });
}
