/**
 * A room that lives: messages are sent without leaving the page, arrive by themselves, and are counted as read when seen.
 *
 *   [data-chat]           the room; its data-… hold addresses, numbers and words
 *   [data-chat-log]       what scrolls; the list in it holds messages (li[data-seq]) and days (li[data-day])
 *   [data-chat-composer]  the form
 *
 * Without this module the same page works by links and forms.
 */
import { mount, mountAll } from "groupware/mount";
import { follow, spread } from "groupware/live";
import { showMessage } from "groupware/messages";
import { request } from "groupware/request";
import { announce, fill } from "groupware/texts";
import { watchActs } from "chat/acts";
import { compose } from "chat/composer";
import { hold } from "chat/holding";
import { lacking } from "chat/lacking";
import { renewPinned, watchMarks } from "chat/marks";
import { watchReactions } from "chat/reactions";
import { watchReading } from "chat/reading";
import { watchWalking } from "chat/walking";
import { showWriters, tellWriting } from "chat/writing";

const POLL = 5000; // milliseconds
const NEAR = 80; // pixels from the end within which somebody reads along

function enhance(root) {
  const log = root.querySelector("[data-chat-log]");
  const list = log.querySelector("[data-chat-messages]");
  const room = new Room(root, log, list);
  root.classList.add("is-live");
  watchReading(room);
  watchReactions(room);
  watchMarks(room);
  watchActs(room);
  room.walking = watchWalking({ root, log, list, toEnd: () => room.toEnd() });
  const composer = root.querySelector("[data-chat-composer]");
  if (composer) compose(room);
  room.showStart();
  if (root.dataset.visited) {
    room.poll();
    return;
  }
  const writers = showWriters(root);
  const stop = follow(root.dataset.topic, Number(root.dataset.topicSeq), {
    event: ({ kind, payload }, crowd) => {
      if (kind === "chat.message_sent") writers.none();
      room.happened(kind, payload, crowd);
    },
    signal: (word, by, span) => {
      if (word === "read") room.count(span);
      else if (word === "writing") writers.writes(by);
    },
    gone: () => room.offerReload(root.dataset.goneWords),
  });
  if (composer) tellWriting(root.dataset.topic, composer.querySelector("textarea"));
  root.closest(".companion .chat")?.addEventListener("companion:leave", stop);
}

/** The list of messages: in order, each once, whatever arrives when. */
class Room {
  constructor(root, log, list) {
    Object.assign(this, { root, log, list });
    this.known = Number(root.dataset.last); // every message up to this one stands in the list
    this.hasNewer = root.dataset.hasNewer === "1";
    this.placed = new Set();
    this.jump = root.querySelector("[data-chat-jump]");
    this.jump.addEventListener("click", (event) => {
      if (this.hasNewer) return;
      event.preventDefault();
      this.toEnd();
    });
    log.addEventListener("scroll", () => { if (this.isAtEnd() && !this.hasNewer) this.jump.hidden = true; }, { passive: true });
    this.fetching = Promise.resolve();
    this.lacking = lacking();
    this.watchOlder();
  }

  showStart() {
    const { start } = this.root.dataset;
    const target = document.getElementById(window.location.hash.slice(1))
      ?? (start && this.list.querySelector(`li[data-seq="${Number(start)}"]`))
      ?? this.list.querySelector("[data-unread-line]");
    const isFound = target && this.list.contains(target);
    if (isFound) this.log.scrollTop = Math.max(0, target.offsetTop - this.log.clientHeight / 4);
    else this.toEnd();
    if (this.root.closest(".companion")) return;
    // Whoever was led to a message goes on from there: after an act, from a search, from a day.
    if (isFound && target.dataset.seq && document.activeElement === document.body) this.walking.hold(target);
    // The browser brings the message that the address names into sight by moving the page as well: header and room stay where they are.
    const top = () => window.scrollTo(0, 0);
    top();
    if (document.readyState !== "complete") window.addEventListener("load", () => window.requestAnimationFrame(top), { once: true });
  }

  isAtEnd() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < NEAR;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    if (!this.hasNewer) this.jump.hidden = true;
  }

  happened(kind, payload, crowd) {
    document.dispatchEvent(new CustomEvent("companion:changed", { detail: "chat" }));
    if (!kind || kind === "chat.message_sent") {
      // Who speaks has read what was said before.
      if (Number.isInteger(payload?.read_from)) this.count({ from: payload.read_from, to: payload.seq - 1, said: payload.seq });
      this.fetchNew(crowd);
    }
    else if (kind === "chat.message_changed") this.renew(payload.seq, crowd);
    else if (kind === "chat.reacted") this.reacted(payload);
    else if (kind === "chat.task_changed") { if (payload.seq) this.renew(payload.seq, crowd); }
    else if (kind === "chat.pinned") renewPinned(this, payload.seq, crowd);
    else if (kind === "chat.room_changed") this.offerReload(this.root.dataset.changedWords);
  }

  offerReload(words) {
    showMessage(words, "info", { key: "chat-changed", action: { label: this.root.dataset.showWords, run: () => window.location.reload() } });
  }

  /** Fetches what follows the last known message; calls while one is under way join it. */
  fetchNew(crowd = 1) {
    if (this.hasNewer) {
      this.jump.hidden = false;
      return this.fetching;
    }
    if (this.isWaiting) return this.fetching;
    this.isWaiting = true;
    this.fetching = new Promise((resolve) => window.setTimeout(resolve, spread(crowd)))
      .then(() => { this.isWaiting = false; return this.load(); })
      .catch(() => this.lacking.note("news", () => this.fetchNew()));
    return this.fetching;
  }

  async load() {
    for (let hasMore = true; hasMore;) {
      const response = await request(`${this.root.dataset.newsUrl}?${new URLSearchParams({ after: this.known })}`, { headers: { Accept: "text/html" } });
      if (response.status === 404 || response.redirected) {
        this.offerReload(this.root.dataset.goneWords);
        return;
      }
      if (!response.ok) throw new Error(String(response.status));
      const part = parse(await response.text());
      this.lacking.found();
      const wasAtEnd = this.isAtEnd();
      const last = Math.max(0, ...seqs(part));
      for (const item of part.querySelectorAll("li[data-seq], li[data-day]")) {
        item.dataset.counted = last; // its number knows of everybody who had spoken by then
        this.place(item);
      }
      this.known = Math.max(this.known, last);
      hasMore = part.querySelector("[data-has-newer]") !== null;
      this.settle(wasAtEnd);
    }
  }

  /** Guests have no socket: nothing of the house's live events is theirs. Their page asks every few seconds what there is to fetch. */
  poll() {
    this.heard = Number(this.root.dataset.topicSeq); // the number of the last event that the page shows
    window.setInterval(() => { if (!document.hidden) this.ask(); }, POLL);
  }

  async ask() {
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      const response = await request(`${this.root.dataset.happenedUrl}?${new URLSearchParams({ since: this.heard })}`, { headers: { Accept: "application/json" } });
      if (response.status === 404 || response.redirected) this.offerReload(this.root.dataset.goneWords);
      if (!response.ok || response.redirected) return;
      const found = await response.json();
      this.heard = found.seq;
      if (found.is_sent || found.is_reset) this.fetchNew();
      if (found.is_room_changed || found.is_reset) this.offerReload(this.root.dataset.changedWords);
      for (const number of found.messages) await this.renew(number, 1);
    } catch {
      // It is asked again in a moment.
    } finally {
      this.isAsking = false;
    }
  }

  settle(wasAtEnd) {
    if (wasAtEnd && !document.hidden) this.toEnd();
    else if (this.list.lastElementChild && !this.isAtEnd()) this.jump.hidden = false;
  }

  /** Puts a message, or a day, where it belongs; one that stands there already is renewed. */
  place(item) {
    const seq = Number(item.dataset.seq ?? item.dataset.before);
    const isDay = item.dataset.day !== undefined;
    const same = isDay ? this.list.querySelector(`li[data-day="${CSS.escape(item.dataset.day)}"]`) : this.list.querySelector(`li[data-seq="${seq}"]`);
    const fresh = document.importNode(item, true);
    if (same && isDay) {
      if (Number(same.dataset.before) <= seq) return;
      same.remove();
    } else if (same) {
      const goOn = hold(same);
      same.replaceWith(fresh);
      mountAll(fresh);
      goOn(fresh);
      this.onPlaced?.(fresh);
      return;
    }
    const after = [...this.list.querySelectorAll("li[data-seq]")].find((one) => Number(one.dataset.seq) >= seq);
    this.log.querySelector("[data-chat-nothing]")?.remove();
    if (after) after.before(fresh);
    else this.list.append(fresh);
    mountAll(fresh);
    this.onPlaced?.(fresh);
  }

  /** A message of one's own that the server has taken. */
  taken(html) {
    const part = parse(html);
    for (const item of part.querySelectorAll("li[data-seq], li[data-day]")) this.place(item);
    const [seq] = seqs(part);
    if (seq === this.known + 1) this.known = seq;
    else if (seq > this.known) this.fetchNew();
    this.toEnd();
  }

  async renew(seq, crowd) {
    if (!this.list.querySelector(`li[data-seq="${Number(seq)}"]`)) return;
    await new Promise((resolve) => window.setTimeout(resolve, spread(crowd)));
    const response = await request(`${this.root.dataset.newsUrl}?${new URLSearchParams({ after: seq - 1, most: 1 })}`, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response || response.status >= 500) this.lacking.note(`message ${seq}`, () => this.renew(seq, 1));
    if (!response?.ok) return;
    this.lacking.found();
    for (const item of parse(await response.text()).querySelectorAll("li[data-seq]")) this.place(item);
  }

  /** Somebody has read on: one more for everything between where they were and where they are. Nothing of it is their own. */
  count({ from, to, said = Infinity }) {
    for (const item of this.list.querySelectorAll("li[data-seq]")) {
      const number = Number(item.dataset.seq);
      if (number <= from || number > to || Number(item.dataset.counted) >= said) continue;
      const place = item.querySelector("[data-readers]");
      if (!place) continue;
      const readers = Number(place.dataset.readers) + 1;
      place.dataset.readers = readers;
      place.textContent = fill(this.root.dataset.readWords, { number: readers.toLocaleString() });
      place.hidden = false;
    }
  }

  watchOlder() {
    const watcher = new IntersectionObserver((entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting && this.log.scrollTop < this.log.clientHeight) this.older(target);
    }, { root: this.log });
    this.watchLink = () => {
      const link = this.log.querySelector("[data-chat-older]");
      if (link) watcher.observe(link);
    };
    this.log.addEventListener("click", (event) => {
      const link = event.target.closest("[data-chat-older]");
      if (!link) return;
      event.preventDefault();
      this.older(link);
    });
    // Only once somebody has scrolled: who opens a room at its first unread message is left there.
    this.log.addEventListener("scroll", () => this.watchLink(), { once: true, passive: true });
  }

  async older(link) {
    if (link.dataset.busy) return;
    link.dataset.busy = "1";
    const response = await request(link.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!response?.ok) { delete link.dataset.busy; return; }
    const part = parse(await response.text());
    const height = this.log.scrollHeight - this.log.scrollTop;
    this.log.setAttribute("aria-live", "off"); // older messages are not news
    for (const item of part.querySelectorAll("li[data-seq], li[data-day]")) this.place(item);
    const next = part.querySelector("[data-chat-older]");
    if (next) link.replaceWith(document.importNode(next, true));
    else link.remove();
    this.log.scrollTop = this.log.scrollHeight - height;
    window.setTimeout(() => this.log.setAttribute("aria-live", "polite"), 500);
    this.watchLink();
    announce(this.root.dataset.olderWords);
  }
}

function parse(html) {
  return new DOMParser().parseFromString(html, "text/html").body;
}

function seqs(part) {
  return [...part.querySelectorAll("li[data-seq]")].map((item) => Number(item.dataset.seq));
}

mount("[data-chat]", enhance);
