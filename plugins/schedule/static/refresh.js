/**
 * Calendars that others write in: [data-calendar-topics] ("schedule.unit.5:12 schedule.unit.6:3") follows these topics from these numbers
 * on and, when something has changed, shows what the page would show now. What happened is not sent: the page asks for what its
 * reader may see. Many changes at once are one request, pages that nobody looks at wait, and so does one in which something is being
 * moved; where the network or the server is away, it asks again.
 */
import { follow, spread } from "groupware/live";
import { mount } from "groupware/mount";
import { request } from "groupware/request";

const SOON = 1000;
const SELDOM = 5000; // milliseconds between two requests of a page, however much happens

class Live {
  constructor(root) {
    this.root = root;
    this.timer = 0;
    this.last = 0;
    const event = (_, crowd) => this.later(SOON + Math.random() * SOON + spread(crowd));
    const topics = root.dataset.calendarTopics.split(" ").filter(Boolean);
    this.stops = topics.map((topic) => {
      const [name, seq] = topic.split(":");
      return follow(name, Number(seq), { event });
    });
    document.addEventListener("visibilitychange", () => this.isLate && !document.hidden && this.later(SOON));
  }

  later(wait) {
    const rest = this.last + SELDOM - Date.now();
    this.timer ||= window.setTimeout(() => this.show(), Math.max(wait, rest));
  }

  get isUsed() {
    return this.root.matches(".is-in-drag") || Boolean(this.root.querySelector("details[open]"));
  }

  async show() {
    this.timer = 0;
    this.isLate = document.hidden;
    if (!this.root.isConnected) return this.stops.forEach((stop) => stop());
    if (this.isLate) return undefined;
    if (this.isUsed) return this.later(SELDOM);
    this.last = Date.now();
    const response = await request(location.href).catch(() => null);
    if (!response || response.status >= 500 || this.isUsed) return this.later(SELDOM);
    if (!response.ok) return undefined;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.querySelector("[data-calendar-topics]");
    if (!fresh) return undefined;
    const focused = this.root.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    const { scrollTop, scrollLeft } = this.root;
    this.root.replaceChildren(...fresh.childNodes);
    Object.assign(this.root, { scrollTop, scrollLeft });
    if (focused) [...this.root.querySelectorAll("a[href]")].find((one) => one.getAttribute("href") === focused)?.focus();
    return undefined;
  }
}

mount("[data-calendar-topics]", (root) => new Live(root));
