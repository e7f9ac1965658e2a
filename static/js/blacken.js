/** Carries what is selected in the text of a copy into the form that blackens it. Without scripts the passage is typed. */
export function enhance(form) {
  const source = form.querySelector("[data-blacken-source]");
  const passage = form.querySelector("[data-blacken-passage]");
  const start = form.querySelector("[data-blacken-start]");

  function take() {
    const { selectionStart, selectionEnd, value } = source;
    if (selectionStart === selectionEnd) return;
    passage.value = value.slice(selectionStart, selectionEnd);
    start.value = String(selectionStart);
  }

  source.addEventListener("select", take);
  source.addEventListener("keyup", take);
  source.addEventListener("mouseup", take);
  // What is typed by hand is meant wherever it stands.
  passage.addEventListener("input", () => { start.value = ""; });
}
