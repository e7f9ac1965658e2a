/** fetch for our own server: CSRF token, signing in again after a 401, then the same request once more. */
import { csrfToken, noteAlive, signInAgain } from "groupware/session";

/**
 * As fetch; resolves with the final response, rejects when the server cannot be reached.
 * onSignedOut is called before the sign-in dialog opens, so that a time limit can be lifted.
 */
export async function request(url, { onSignedOut, ...options } = {}) {
  const response = await send(url, options);
  if (response.status !== 401) {
    if (response.ok) noteAlive();
    return response;
  }
  onSignedOut?.();
  return (await signInAgain(response.headers.get("X-Sign-In"))) ? send(url, options) : response;
}

/** Sends `value` as JSON, and asks for JSON: a refusal then comes as {"code": …, "message": …}. */
export function postJson(url, value) {
  const headers = { Accept: "application/json", "Content-Type": "application/json" };
  return request(url, { method: "POST", body: JSON.stringify(value), headers });
}

function send(url, options) {
  const headers = new Headers(options.headers);
  const isWrite = !/^(GET|HEAD)$/i.test(options.method ?? "GET");
  if (isWrite) {
    headers.set("X-CSRFToken", csrfToken());
    const { body } = options;
    if ((body instanceof FormData || body instanceof URLSearchParams) && body.has("csrf_token")) body.set("csrf_token", csrfToken());
  }
  if (!headers.has("X-Requested-With")) headers.set("X-Requested-With", "fetch");
  return fetch(url, { credentials: "same-origin", ...options, headers });
}
