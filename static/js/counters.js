/** [data-counter-for="id"][data-limit]: how many characters the field holds, as the server counts them. */
import { mount } from "groupware/mount";

function lengthOf(field) {
  return [...(field.value ?? field.innerText.trim())].length;
}

export function start() {
  mount("[data-counter-for]", (counter) => {
    const number = counter.querySelector("[data-counter-value]");
    const show = () => {
      const field = document.getElementById(counter.dataset.counterFor);
      if (!field) return;
      const length = lengthOf(field);
      number.textContent = String(length);
      counter.classList.toggle("is-over", length > Number(counter.dataset.limit));
    };
    document.addEventListener("input", (event) => {
      if (event.target instanceof Element && event.target.id === counter.dataset.counterFor) show();
    });
    show();
  });
}
