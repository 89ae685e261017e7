/* The editors' forms: which language's texts are shown, and the names of look-ups. Without this, all texts are. */
"use strict";

(() => {
  const group = document.querySelector(".language-switch");
  let shown = "";

  const box = (text) => text.closest(".form-multiline > div") || text.closest(".form-row");

  const show = () => {
    for (const button of group.querySelectorAll("button")) {
      button.setAttribute("aria-pressed", String(button.dataset.shows === shown));
    }
    // Faults are never hidden.
    for (const text of document.querySelectorAll("[data-language]")) {
      const field = box(text);
      field.hidden = shown !== "" && text.dataset.language !== shown && !field.querySelector(".errorlist");
    }
  };

  // Select2 takes no name from the label of the field that it stands for.
  const name = () => {
    for (const select of document.querySelectorAll("select.admin-autocomplete")) {
      const label = document.querySelector(`label[for="${select.id}"]`);
      const parts = select.parentElement.querySelectorAll(".select2-selection__rendered, .select2-search__field");
      for (const part of label ? parts : []) part.setAttribute("aria-label", label.textContent.trim());
    }
  };

  if (group && document.querySelector("[data-language]")) {
    group.hidden = false;
    group.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      if (!button) return;
      shown = button.dataset.shows;
      show();
    });
  }
  const settle = () => {
    if (shown) show();
    name();
  };
  document.addEventListener("formset:added", settle);
  // Django's own scripts make the look-ups when the page is ready; they are registered before this one.
  document.addEventListener("DOMContentLoaded", settle);
})();
