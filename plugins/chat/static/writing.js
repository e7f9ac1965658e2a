/**
 * Who is writing at this moment: a page says so at most every four seconds, and what it said holds for six. Nothing of it is kept,
 * and a voice reader is not interrupted by it.
 */
import { signal } from "groupware/live";
import { fill } from "groupware/texts";

const EVERY = 4000;
const LASTS = 6000;
const LONGEST = 60_000;

/** Shows names in the place that the room has for them; returns { writes(name), none() }. */
export function showWriters(root) {
  const place = root.querySelector("[data-chat-writers]");
  const ends = new Map();

  function show() {
    const [first, second, ...others] = ends.keys();
    const { one, two, more } = place.dataset;
    const words = others.length ? more : second === undefined ? one : two;
    place.textContent = first === undefined ? "" : fill(words, { first, second, number: others.length.toLocaleString() });
  }

  function remove(name) {
    window.clearTimeout(ends.get(name));
    ends.delete(name);
  }

  return {
    writes(name) {
      window.clearTimeout(ends.get(name));
      ends.set(name, window.setTimeout(() => { remove(name); show(); }, LASTS));
      show();
    },
    /** Something was said: most likely by who was writing, and whoever goes on says so again. */
    none() {
      for (const name of [...ends.keys()]) remove(name);
      show();
    },
  };
}

/** Tells the others while somebody writes in the field. Where it is not told, as in large rooms, it is tried again after a pause that doubles. */
export function tellWriting(topic, field) {
  let next = 0;
  let pause = EVERY;
  field.addEventListener("input", () => {
    if (!field.value.trim() || performance.now() < next) return;
    next = performance.now() + EVERY;
    signal(topic, "writing", () => {
      next = performance.now() + pause;
      pause = Math.min(pause * 2, LONGEST);
    });
  });
}
