/**
 * Parts of a page that follow what happens, by attributes alone:
 *
 *   [data-live-topic="bulletin.posting.7"][data-live-seq="12"]   follows the topic from that event on; inside it
 *     [data-live-fragment="/url"][data-live-kinds="a b"]         is fetched again after an event of these kinds, but not while
 *                                                                somebody types in it: then data-live-changed says so
 *       data-live-pause="5000"                                   at most so often (milliseconds; less in a crowd), and only when looked at
 *     form[data-live-signals="writing"]                          tells the others while somebody types in it
 *     [data-live-signal="writing"][data-live-words="{name} …"]   shows that somebody does
 *   data-live-changed, -changed-kinds, -show on the topic        a message with a button that loads the page again
 *   [data-live-news="bulletin."] hidden                          appears when something of these kinds came to the person
 *   [data-presence="5"][data-presence-…="words"]                 shows whether the person is there
 */
import htmx from "htmx";
import { mount, mountAll } from "groupware/mount";
import { showMessage } from "groupware/messages";
import { fill, text } from "groupware/texts";
import { request } from "groupware/request";
import { count, showBadge } from "groupware/tally";
import { connect, follow, lookAt, onBell, signal, spread } from "groupware/live";

const CONNECT_AFTER = 800; // milliseconds: whoever only passes through a page opens no connection
const SIGNAL_EVERY = 3000;
const SIGNAL_LASTS = 6000;
const PAUSE_EACH = 40; // milliseconds for each page that shows the same: 25 of them are answered in a second
const LONGEST_PAUSE = 60_000;
const AGAIN_AFTER = 3000; // what could not be fetched is asked for again

function followTopic(root) {
  const { liveTopic: name, liveSeq: seq } = root.dataset;
  const changedKinds = words(root.dataset.liveChangedKinds);
  follow(name, Number(seq), {
    event: ({ kind }, crowd) => {
      for (const part of root.querySelectorAll("[data-live-fragment]")) {
        if (!kind || words(part.dataset.liveKinds).includes(kind)) renewLater(part, crowd);
      }
      if (!kind || changedKinds.includes(kind)) offerReload(root);
      // Who was typing has most likely sent it; whoever goes on says so again.
      for (const place of root.querySelectorAll("[data-live-signal]")) place.hidden = true;
    },
    gone: () => offerReload(root),
    signal: (word, by) => showSignal(root, word, by),
  });
  for (const form of root.querySelectorAll("[data-live-signals]")) signalWhileTyping(form, name);
}

function words(list) {
  return (list ?? "").split(" ").filter(Boolean);
}

function offerReload(root) {
  if (!root.dataset.liveChanged) return;
  showMessage(root.dataset.liveChanged, "info", {
    key: "live-changed",
    action: { label: root.dataset.liveShow, run: () => window.location.reload() },
  });
}

const waiting = new Map();
const renewed = new Map();
const unseen = new Set();

function renewLater(part, crowd) {
  const url = part.dataset.liveFragment;
  if (waiting.has(url)) return;
  if (part.dataset.livePause && document.hidden) {
    unseen.add(url);
    return;
  }
  waiting.set(url, window.setTimeout(() => { waiting.delete(url); renew(url); }, Math.max(50 + spread(crowd), rest(part, crowd))));
}

/** Milliseconds until a part may be fetched again: the more pages show it, the longer they wait. */
function rest(part, crowd = 1) {
  if (!part.dataset.livePause) return 0;
  const pause = Math.min(Math.max(Number(part.dataset.livePause), crowd * PAUSE_EACH), LONGEST_PAUSE);
  return (renewed.get(part.dataset.liveFragment) ?? -Infinity) + pause - performance.now();
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const url of unseen) renew(url);
  unseen.clear();
});

function isTypedIn(part) {
  return [...part.querySelectorAll("input:not([type=hidden]), textarea")].some((field) => field.value !== field.defaultValue);
}

async function renew(url) {
  renewed.set(url, performance.now());
  const response = await request(url, { headers: { Accept: "text/html" } }).catch(() => null);
  const part = document.querySelector(`[data-live-fragment="${CSS.escape(url)}"]`);
  if (part && (!response || response.status >= 500)) window.setTimeout(() => renewLater(part, 1), AGAIN_AFTER);
  if (!response?.ok || !part) return;
  if (part.dataset.livePause && isTypedIn(part)) {
    offerReload(part.closest("[data-live-topic]"));
    return;
  }
  const held = part.contains(document.activeElement) ? part.querySelectorAll("button, a, input, textarea") : [];
  const place = [...held].indexOf(document.activeElement);
  const address = held.length ? document.activeElement.getAttribute("href") : null;
  const parsed = new DOMParser().parseFromString(await response.text(), "text/html").body.firstElementChild;
  if (!parsed) return;
  const fresh = document.importNode(parsed, true);
  part.replaceWith(fresh);
  htmx.process(fresh);
  mountAll(fresh);
  if (place < 0) return;
  const same = address && fresh.querySelector(`a[href="${CSS.escape(address)}"]`);
  (same || fresh.querySelectorAll("button, a, input, textarea")[place])?.focus({ preventScroll: true });
}

function signalWhileTyping(form, name) {
  let last = 0;
  form.addEventListener("input", () => {
    if (Date.now() - last < SIGNAL_EVERY) return;
    last = Date.now();
    signal(name, form.dataset.liveSignals);
  });
}

const ends = new WeakMap();

function showSignal(root, word, by) {
  const place = root.querySelector(`[data-live-signal="${CSS.escape(word)}"]`);
  if (!place) return;
  place.textContent = fill(place.dataset.liveWords, { name: by });
  place.hidden = false;
  window.clearTimeout(ends.get(place));
  ends.set(place, window.setTimeout(() => { place.hidden = true; }, SIGNAL_LASTS));
}

/* The bell */

function showUnread({ unread }) {
  const bell = document.querySelector("[data-timeline]");
  if (!bell) return;
  showBadge(bell, unread);
  count("bell", unread);
}

function showNews({ kind }) {
  if (!kind) return;
  for (const place of document.querySelectorAll("[data-live-news]")) {
    if (kind.startsWith(place.dataset.liveNews)) place.hidden = false;
  }
}

/* Presence */

function watchPeople() {
  const marks = [...document.querySelectorAll("[data-presence]")];
  if (!marks.length) return;
  lookAt([...new Set(marks.map((mark) => Number(mark.dataset.presence)))].slice(0, 200), (person, state) => {
    for (const mark of document.querySelectorAll(`[data-presence="${person}"]`)) {
      mark.dataset.state = state;
      mark.textContent = text(`presence-${state}`);
      mark.hidden = false;
    }
  });
}

export function start() {
  onBell(showUnread);
  onBell(showNews);
  onBell((news) => news.kind && import("groupware/desktop").then((module) => module.announce()));
  mount("[data-live-topic]", followTopic);
  mount("[data-desktop-permission]", (element) => import("groupware/desktop").then((module) => module.offer(element)));
  window.setTimeout(() => { connect(); watchPeople(); }, CONNECT_AFTER);
}
