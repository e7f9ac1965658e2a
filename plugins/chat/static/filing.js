/**
 * The files of a message that is being written. They are sent by the house (groupware/uploads); here is what becomes of them when
 * the message is: their uids go with it, so that however often it is sent it has them once.
 */

export function watchFiles(form) {
  const list = form.querySelector("[data-uploads-list]");
  const pattern = form.querySelector("template[data-chat-file]");
  const rows = () => [...(list?.querySelectorAll("[data-upload]") ?? [])];

  function row({ uid, name }) {
    const made = pattern.content.firstElementChild.cloneNode(true);
    made.dataset.upload = uid;
    made.querySelector("input").value = uid;
    made.querySelector("[data-file-name]").textContent = name;
    made.querySelector("[data-file-of]").textContent = `: ${name}`;
    return made;
  }

  return {
    /** What has arrived and was not taken away. */
    chosen: () => rows().map((one) => ({ uid: one.dataset.upload, name: one.querySelector(".upload-name").textContent.trim() })),
    reset: () => { for (const one of rows()) one.remove(); },
    put(some) {
      if (pattern && list) list.append(...some.map(row));
    },
    /** Where the browser cannot send files by itself (plain HTTP to another machine), they go with the form. */
    needsForm: () => Boolean(form.querySelector('input[type="file"][name]')?.files.length),
  };
}
