/**
 * What a page could not fetch although it knows that it is there: an event came, and the network was away when the page asked for what
 * it tells of. It is asked for again after a pause that doubles, and at once when the browser says that the network is back.
 */
const SHORTEST = 1000;
const LONGEST = 30_000;

export function lacking() {
  const wanted = new Map();
  let pause = SHORTEST;
  let timer = 0;

  function again() {
    window.clearTimeout(timer);
    timer = 0;
    const all = [...wanted.values()];
    wanted.clear();
    for (const fetchIt of all) fetchIt();
  }

  window.addEventListener("online", () => { if (wanted.size) again(); });
  return {
    /** `fetchIt` is called later, once for each key. */
    note(key, fetchIt) {
      wanted.set(key, fetchIt);
      if (timer) return;
      timer = window.setTimeout(again, pause);
      pause = Math.min(pause * 2, LONGEST);
    },
    /** Something was fetched: the network is there. */
    found() {
      pause = SHORTEST;
    },
  };
}
