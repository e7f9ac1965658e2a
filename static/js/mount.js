/**
 * Ties behaviour to elements by selector, once per element, now and for every fragment that arrives later.
 *
 *   mount("[data-counter-for]", (element) => { … });
 */
const behaviours = [];

/** Runs `setup(element)` for every present and future element that matches. */
export function mount(selector, setup) {
  const behaviour = { selector, setup, done: new WeakSet() };
  behaviours.push(behaviour);
  apply(behaviour, document);
}

/** Called when new elements have arrived below `root`. */
export function mountAll(root) {
  for (const behaviour of behaviours) apply(behaviour, root);
}

/** Listens on the document for an event of elements that match, whenever they arrive. */
export function delegate(type, selector, handler) {
  document.addEventListener(type, (event) => {
    const element = event.target instanceof Element ? event.target.closest(selector) : null;
    if (element) handler(event, element);
  });
}

function apply(behaviour, root) {
  const found = [...root.querySelectorAll(behaviour.selector)];
  if (root instanceof Element && root.matches(behaviour.selector)) found.unshift(root);
  for (const element of found) {
    if (behaviour.done.has(element)) continue;
    behaviour.done.add(element);
    behaviour.setup(element);
  }
}
