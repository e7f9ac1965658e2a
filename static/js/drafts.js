/**
 * form[data-draft-url]: what was typed is kept on the server. The form's fields are posted two seconds after the last
 * change (2xx: saved); [data-draft-status] of the form says when, with its data-saved, or why not: in the words of the
 * refusal, else with its data-failed.
 */
import { mount } from "groupware/mount";
import { request } from "groupware/request";
import { fill } from "groupware/texts";

const QUIET = 2000;
const RETRY = 15_000;

/** The words of a refusal; none if the answer is not one of ours. */
async function reason(response) {
  return response.status === 422 ? (await response.json().catch(() => ({}))).message : undefined;
}

export function start() {
  mount("form[data-draft-url]", (form) => {
    const status = form.querySelector("[data-draft-status]");
    const clock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    let timer = 0;
    let isSending = false;

    const say = (pattern) => { if (status) status.textContent = fill(pattern, { time: clock.format(new Date()) }); };
    const plan = (delay) => {
      window.clearTimeout(timer);
      timer = window.setTimeout(save, delay);
    };
    async function save() {
      if (isSending) return plan(QUIET);
      isSending = true;
      const fields = new FormData(form);
      for (const [name, value] of [...fields]) if (value instanceof File) fields.delete(name);
      try {
        const headers = { Accept: "application/json" };
        const response = await request(form.dataset.draftUrl, { method: "POST", body: new URLSearchParams(fields), headers });
        say(response.ok ? status?.dataset.saved : (await reason(response)) ?? status?.dataset.failed);
        if (response.status >= 500) plan(RETRY);
      } catch {
        say(status?.dataset.failed);
        plan(RETRY);
      }
      isSending = false;
    }
    form.addEventListener("input", () => plan(QUIET));
    form.addEventListener("change", () => plan(QUIET));
    form.addEventListener("submit", () => window.clearTimeout(timer));
  });
}
