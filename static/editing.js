/* The editors' forms: which language's texts are shown. Without this, all are. */
"use strict";

(() => {
  const group = document.querySelector(".language-switch");
  const texts = document.querySelectorAll("[data-language]");
  if (!group || !texts.length) return;

  const box = (text) => text.closest(".form-multiline > div") || text.closest(".form-row");

  const show = (language) => {
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.shows === language));
    }
    // Rows that are added later are copies of those there are; faults are never hidden.
    for (const text of document.querySelectorAll("[data-language]")) {
      const field = box(text);
      field.hidden = language !== "" && text.dataset.language !== language && !field.querySelector(".errorlist");
    }
  };

  group.hidden = false;
  group.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) show(button.dataset.shows);
  });
})();
