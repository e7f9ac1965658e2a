/**
 * The one connection of a page to what happens elsewhere: connect, follow, resume, and back off when the server is away.
 *
 *   const stop = follow("bulletin.posting.7", 12, { event, gone, signal });
 *
 * `12` is the number of the last event that the page knows. Every later one is handed over once and in order: what the
 * socket did not bring is fetched over HTTP. `gone` is called when the topic may not be followed (any more).
 */
import { io } from "socket.io";

const FOLLOWED_AGAIN = 2; // milliseconds of spread for each socket in the crowd, so that not all come at once
const LONGEST_SPREAD = 20_000;
const IDLE_AFTER = 5 * 60_000;
const CATCH_UP_AFTER = 3000;

const topics = new Map();
const listeners = { bell: new Set(), presence: new Set() };
let socket = null;
let lookedAt = [];

/** Follows a topic; returns a function that stops it. */
export function follow(name, seq, { event = () => {}, gone = () => {}, signal = () => {} } = {}) {
  const topic = topics.get(name) ?? { name, seq, handlers: new Set(), chain: Promise.resolve() };
  const handler = { event, gone, signal };
  topic.handlers.add(handler);
  topics.set(name, topic);
  connect();
  if (socket.connected) ask([name]);
  return () => {
    topic.handlers.delete(handler);
    if (topic.handlers.size) return;
    topics.delete(name);
    if (socket.connected) socket.emit("unfollow", { topics: { [name]: null } });
  };
}

/** Tells the other followers of a topic something that nobody keeps. `refused` is called where it is not told. */
export function signal(name, word, refused = () => {}) {
  if (!socket?.connected || !topics.has(name)) return;
  socket.emit("signal", { topic: name, signal: word }, (answer) => answer?.error && refused());
}

/** Calls `handler({unread, kind})` when the number at the bell changes. */
export function onBell(handler) {
  listeners.bell.add(handler);
}

/** Calls `handler(person, state)` for the people with these ids, now and at every change. */
export function lookAt(people, handler) {
  lookedAt = people;
  listeners.presence.add(handler);
  connect();
  if (socket.connected) look();
}

/** Opens the connection, once. */
export function connect() {
  if (socket || !document.body.dataset.aliveUrl) return;
  socket = io({
    transports: ["websocket", "polling"],
    tryAllTransports: true,
    auth: (give) => give({ mobile: matchMedia("(pointer: coarse)").matches, topics: known([...topics.keys()]) }),
    reconnectionDelay: 500,
    reconnectionDelayMax: 15_000,
    randomizationFactor: 0.9,
  });
  socket.on("connect", () => {
    if (lookedAt.length) look();
    tellState();
  });
  socket.on("connect_error", (error) => {
    // Refused, not unreachable: signed out, or a zone from which this is not for us. Asking again changes nothing.
    if (["signed_out", "zone"].includes(error.message)) socket.disconnect();
  });
  socket.on("ready", ({ unread, topics: stands }) => {
    ring({ unread, kind: null });
    enter(stands);
    const late = [...topics.keys()].filter((name) => !(name in stands)); // followed while the socket was being opened
    if (late.length) ask(late);
  });
  socket.on("bell", ring);
  socket.on("events", ({ topic, events, crowd }) => arrive(topic, events, crowd));
  socket.on("signal", ({ topic, signal: word, by, payload }) =>
    topics.get(topic)?.handlers.forEach((one) => one.signal(word, by, payload)),
  );
  socket.on("moved", ({ topic, crowd }) => window.setTimeout(() => topics.has(topic) && ask([topic]), spread(crowd)));
  socket.on("presence", ({ person, state }) => listeners.presence.forEach((handler) => handler(person, state)));
  socket.on("end", () => socket.disconnect());
  window.addEventListener("pagehide", () => socket.disconnect());
  window.addEventListener("pageshow", (event) => event.persisted && socket.connect());
}

/** Milliseconds to wait when as many as `crowd` do the same. */
export function spread(crowd = 1) {
  return Math.random() * Math.min(crowd * FOLLOWED_AGAIN, LONGEST_SPREAD);
}

/** Topics with the numbers that this page knows. */
function known(names) {
  return Object.fromEntries(names.map((name) => [name, topics.get(name).seq]));
}

function ask(names) {
  socket.emit("follow", { topics: known(names) }, (answer) => answer.error || enter(answer.topics));
}

function enter(stands) {
  for (const [name, stand] of Object.entries(stands)) {
    const topic = topics.get(name);
    if (!topic) continue;
    if (stand === null) leave(topic);
    else if (stand.again) window.setTimeout(() => topics.has(name) && ask([name]), 500);
    else if (stand.events.length) arrive(name, stand.events, 1);
    else if (stand.seq !== topic.seq) catchUp(topic);
  }
}

function leave(topic) {
  topics.delete(topic.name);
  topic.handlers.forEach((one) => one.gone());
}

function arrive(name, events, crowd) {
  const topic = topics.get(name);
  if (!topic) return;
  // One after the other: what is being fetched stands before what has just come.
  topic.chain = topic.chain.then(async () => {
    const fresh = events.filter((event) => event.seq > topic.seq);
    if (!fresh.length) return;
    if (fresh[0].seq !== topic.seq + 1) await fetchMissing(topic);
    else hand(topic, fresh, crowd);
  }).catch(() => catchUpLater(topic));
}

function catchUp(topic) {
  topic.chain = topic.chain.then(() => fetchMissing(topic)).catch(() => catchUpLater(topic));
}

/** The network was away, or the server: a topic in which nothing more happens would never show its gap. */
function catchUpLater(topic) {
  window.clearTimeout(topic.timer);
  topic.timer = window.setTimeout(() => topics.get(topic.name) === topic && catchUp(topic), CATCH_UP_AFTER * (1 + Math.random()));
}

async function fetchMissing(topic) {
  for (let more = true; more && topics.has(topic.name);) {
    const query = new URLSearchParams({ topic: topic.name, since: topic.seq });
    const response = await fetch(`/realtime/events?${query}`, {
      headers: { Accept: "application/json" }, credentials: "same-origin", cache: "no-store",
    });
    if (response.status === 404) { leave(topic); return; }
    if (response.status >= 500) throw new Error(String(response.status));
    if (!response.ok) return; // the next event, or the next connection, shows the gap again
    const found = await response.json();
    if (found.is_reset) {
      topic.seq = found.seq;
      topic.handlers.forEach((one) => one.event({ kind: "", seq: found.seq, payload: {} }, 1));
      return;
    }
    hand(topic, found.events.filter((event) => event.seq > topic.seq), 1);
    more = found.has_more;
  }
}

function hand(topic, events, crowd) {
  for (const event of events) {
    topic.seq = event.seq;
    topic.handlers.forEach((one) => one.event(event, crowd));
  }
}

function ring(news) {
  listeners.bell.forEach((handler) => handler(news));
}

function look() {
  socket.emit("look", { people: lookedAt }, (answer) => {
    for (const [person, state] of Object.entries(answer.people ?? {})) {
      listeners.presence.forEach((handler) => handler(Number(person), state));
    }
  });
}

let isAway = false;
let idle = 0;

function tellState() {
  if (isAway && socket?.connected) socket.emit("state", { away: true });
}

function stir() {
  window.clearTimeout(idle);
  idle = window.setTimeout(() => setAway(true), IDLE_AFTER);
  setAway(false);
}

function setAway(value) {
  if (value === isAway) return;
  isAway = value;
  if (socket?.connected) socket.emit("state", { away: isAway });
}

for (const type of ["pointerdown", "keydown", "visibilitychange"]) document.addEventListener(type, stir, { passive: true });
