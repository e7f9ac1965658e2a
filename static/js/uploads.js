/**
 * [data-uploads]: files are chosen, dropped or pasted, and sent at once, two at a time, in pieces that each carry their offset
 * and checksum (groupware/attachments/views/uploads.py). What was interrupted goes on where it was: by itself after a lost
 * connection, and after a reload as soon as the same file is chosen again. The form waits until all have arrived.
 * Without scripts, and where the browser lends no checksums (plain HTTP to another machine), the file field itself is sent.
 */
import { delegate } from "groupware/mount";
import { showMessage } from "groupware/messages";
import { postJson, request } from "groupware/request";
import { announce, fill, text } from "groupware/texts";

const AT_ONCE = 2;
const ATTEMPTS = 8;
const LONGEST_PAUSE = 30_000;

/** What the server says in words: trying again would change nothing. */
class Refusal extends Error {}
class Cancelled extends Error {}

class Sending {
  constructor(field, file) {
    this.field = field;
    this.file = file;
    this.row = field.root.querySelector("template[data-uploads-pattern]").content.firstElementChild.cloneNode(true);
    this.row.querySelector("[data-upload-name]").textContent = file.name;
    this.row.querySelector("[data-upload-size]").textContent = sizeText(file.size);
    this.progress = this.row.querySelector("progress");
    this.progress.setAttribute("aria-label", file.name);
    this.again = this.row.querySelector("[data-upload-again]");
    this.givesUp = this.row.querySelector("[data-upload-cancel]");
    for (const of of this.row.querySelectorAll("[data-upload-of]")) of.textContent = `: ${file.name}`;
    this.givesUp.addEventListener("click", () => this.cancel());
    this.again.addEventListener("click", () => this.field.queue(this));
  }

  say(pattern, values) { this.row.querySelector("[data-upload-state]").textContent = fill(pattern, values); }

  show(offset, pattern = this.field.root.dataset.sending) {
    const percent = Math.floor((offset / this.file.size) * 100);
    this.progress.value = percent;
    this.say(pattern, { percent });
  }

  async run() {
    if (this.again === document.activeElement) this.givesUp.focus();
    this.again.hidden = true;
    this.row.classList.remove("is-failed");
    try {
      if (!this.upload) {
        this.upload = await answer(await this.patiently(async () => postJson(this.field.root.dataset.url, {
          name: this.file.name, size: this.file.size, fingerprint: await fingerprint(this.file),
        })));
        if (this.upload.offset) this.show(this.upload.offset, this.field.root.dataset.resumed);
      }
      let { offset } = this.upload;
      while (offset < this.file.size) {
        offset = await this.patiently(() => this.sendPiece(offset));
        this.upload.offset = offset;
        this.show(offset);
      }
      this.say(this.field.root.dataset.finishing);
      const done = await answer(await this.patiently(() => request(`${this.upload.url}/complete`, { method: "POST", headers: { Accept: "application/json" } })));
      this.field.arrived(this, done);
    } catch (error) {
      if (error instanceof Cancelled) return;
      if (error instanceof Refusal) this.upload = null;
      this.row.classList.add("is-failed");
      this.say(error instanceof Refusal ? error.message : this.field.root.dataset.failed);
      announce(`${this.file.name}: ${this.row.querySelector("[data-upload-state]").textContent}`);
      this.again.hidden = error instanceof Refusal;
      if (error instanceof Refusal) this.row.querySelector("[data-upload-cancel-label]").textContent = this.field.root.dataset.takeAway;
    }
  }

  /** Sends one piece; resolves with the offset that the server has then. */
  async sendPiece(offset) {
    const piece = await this.file.slice(offset, offset + this.upload.piece).arrayBuffer();
    const headers = {
      "Accept": "application/json", "Content-Type": "application/octet-stream",
      "Upload-Offset": String(offset), "Content-Digest": `sha-256=:${base64(await crypto.subtle.digest("SHA-256", piece))}:`,
    };
    const response = await request(this.upload.url, { method: "PUT", body: piece, headers });
    if (response.ok) return Number(response.headers.get("Upload-Offset"));
    const { code, message } = await response.json().catch(() => ({}));
    if (code === "offset" || response.status === 404) return this.expected();
    if (response.status >= 500 && response.status !== 507 || ["busy", "checksum"].includes(code)) throw new Error(message);
    throw new Refusal(message || text("server-problem"));
  }

  /** Where the server wants to go on; an upload that it does not know any more is a refusal. */
  async expected() {
    const response = await request(this.upload.url, { method: "HEAD" });
    if (!response.ok) throw new Refusal(this.field.root.dataset.failed);
    return Number(response.headers.get("Upload-Offset"));
  }

  /** Tries again after a growing pause, until it works, is refused, or was tried too often. */
  async patiently(act) {
    for (let attempt = 1; ; attempt += 1) {
      if (this.isCancelled) throw new Cancelled();
      try {
        const result = await act();
        if (!(result instanceof Response) || result.status < 500 || result.status === 507) return result;
      } catch (error) {
        if (error instanceof Refusal || attempt >= ATTEMPTS) throw error;
      }
      if (attempt >= ATTEMPTS) throw new Error();
      this.say(this.field.root.dataset.retrying);
      await pause(Math.min(1000 * 2 ** (attempt - 1), LONGEST_PAUSE) * (0.5 + Math.random()));
    }
  }

  cancel() {
    this.isCancelled = true;
    if (this.upload) request(this.upload.url, { method: "DELETE" }).catch(() => {});
    this.field.drop(this);
  }
}

class Uploads {
  constructor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.list = root.querySelector("[data-uploads-list]");
    this.input = root.querySelector('input[type="file"]');
    this.input.removeAttribute("name"); // the files have gone by themselves when the form is sent
    this.waiting = [];
    this.running = new Set();
    this.listen();
  }

  listen() {
    const area = this.root.querySelector("[data-uploads-area]");
    this.input.addEventListener("change", (event) => {
      event.stopPropagation();
      this.add([...this.input.files]);
      this.input.value = "";
    });
    // A part of the page that is closed around the form may take what is dropped anywhere in it.
    const zone = this.root.closest("[data-uploads-zone]") ?? this.form;
    zone.addEventListener("dragover", (event) => {
      if (![...event.dataTransfer.types].includes("Files")) return;
      event.preventDefault();
      area.classList.add("is-over");
    });
    for (const type of ["dragleave", "drop"]) zone.addEventListener(type, () => area.classList.remove("is-over"));
    zone.addEventListener("drop", (event) => {
      if (!event.dataTransfer.files.length) return;
      event.preventDefault();
      this.add(droppedFiles(event.dataTransfer, () => showMessage(this.root.dataset.folder, "error", { key: "folder" })));
    });
    this.form.addEventListener("paste", (event) => {
      // Excel puts a picture beside its cells: text that can be pasted is meant as text.
      const files = [...(event.clipboardData?.files ?? [])];
      if (!files.length || event.clipboardData.types.includes("text/plain") || event.clipboardData.types.includes("text/html")) return;
      event.preventDefault();
      this.add(files.map((file) => named(file, this.root.dataset.screen)));
    });
    this.form.addEventListener("submit", (event) => this.hold(event), true);
    window.addEventListener("beforeunload", (event) => { if (this.isBusy) event.preventDefault(); });
  }

  get isBusy() { return this.running.size + this.waiting.length > 0; }

  add(files) {
    for (const file of files) {
      const sending = new Sending(this, file);
      this.list.append(sending.row);
      this.queue(sending);
    }
  }

  queue(sending) {
    this.waiting.push(sending);
    this.next();
  }

  next() {
    while (this.running.size < AT_ONCE && this.waiting.length) {
      const sending = this.waiting.shift();
      this.running.add(sending);
      sending.run().finally(() => {
        this.running.delete(sending);
        this.next();
      });
    }
    if (!this.isBusy) this.letGo();
  }

  arrived(sending, done) {
    const holder = document.createElement("ul");
    holder.innerHTML = done.html;
    const row = holder.firstElementChild;
    row.querySelector('input[type="checkbox"]').name = this.root.dataset.name;
    const hasFocus = sending.row.contains(document.activeElement);
    sending.row.replaceWith(row);
    if (hasFocus) row.querySelector("[data-upload-remove]").focus();
    announce(fill(this.root.dataset.arrived, { name: done.name }));
    this.changed();
  }

  drop(sending) {
    this.waiting = this.waiting.filter((one) => one !== sending);
    sending.row.remove();
    this.input.focus();
    if (!this.isBusy) this.letGo();
  }

  remove(row) {
    const name = row.querySelector(".upload-name").textContent.trim();
    const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector("[data-upload-remove]");
    row.remove();
    announce(fill(this.root.dataset.taken, { name }));
    (next ?? this.input).focus();
    this.changed();
  }

  /** The form has changed: its draft is to be saved. */
  changed() { this.root.dispatchEvent(new Event("change", { bubbles: true })); }

  hold(event) {
    if (!this.isBusy) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.held = event.submitter;
    this.isHolding = true;
    showMessage(this.root.dataset.waiting, "info", { key: "uploads" });
  }

  letGo() {
    if (!this.isHolding || this.list.querySelector(".is-failed")) return;
    this.isHolding = false;
    this.form.requestSubmit(this.held?.isConnected ? this.held : null);
  }
}

/** What was dropped, without folders: a browser takes one for a file that it cannot read. */
function droppedFiles(transfer, onFolder) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const files = items.filter((item) => !item.webkitGetAsEntry?.()?.isDirectory).map((item) => item.getAsFile());
  if (files.length < items.length) onFolder();
  return files.filter(Boolean);
}

/** A picture from the clipboard has no name but that of its type: it gets one that says what it is and when it was pasted. */
function named(file, word) {
  const [, ending] = /^image\.(png|jpe?g|gif|webp|bmp)$/i.exec(file.name) ?? [];
  if (!ending) return file;
  const now = new Date();
  const two = (number) => String(number).padStart(2, "0");
  const at = `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())} ${two(now.getHours())}.${two(now.getMinutes())}`;
  return new File([file], `${word} ${at}.${ending.toLowerCase()}`, { type: file.type, lastModified: file.lastModified });
}

async function answer(response) {
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refusal(told.message || text("server-problem"));
  return told;
}

/** Tells a file from others of the same name and size, by its beginning and its end, without reading all of it. */
async function fingerprint(file) {
  const ends = new Blob([`${file.name}\n${file.size}\n${file.lastModified}\n`, file.slice(0, 65_536), file.slice(-65_536)]);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await ends.arrayBuffer()));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function base64(buffer) {
  return btoa(String.fromCharCode(...new Uint8Array(buffer)));
}

function sizeText(bytes) {
  if (bytes < 1000 * 1024) return `${Math.max(1, Math.round(bytes / 1024))} KB`;
  if (bytes < 1000 * 1024 ** 2) return `${(bytes / 1024 ** 2).toFixed(1)} MB`;
  return `${(bytes / 1024 ** 3).toFixed(1)} GB`;
}

function pause(milliseconds) {
  return new Promise((resolve) => { window.setTimeout(resolve, milliseconds); });
}

// A browser leaves the form for a file that was dropped beside it.
for (const type of ["dragover", "drop"]) {
  document.addEventListener(type, (event) => {
    if (event.defaultPrevented || ![...event.dataTransfer.types].includes("Files") || !document.querySelector("[data-uploads]")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "none";
  });
}

const known = new WeakMap();

export function enhance(root) {
  if (!window.crypto?.subtle) return;
  known.set(root, new Uploads(root));
  root.classList.add("is-live");
}

delegate("click", "[data-upload-remove]", (_event, button) => {
  known.get(button.closest("[data-uploads]"))?.remove(button.closest("[data-upload]"));
});
