// The page of the API's reference works without it: it loads the program that tries operations out, when asked to.
"use strict";

const button = document.getElementById("try");

button.addEventListener("click", () => {
  const parts = document.getElementById("trying").content.cloneNode(true);
  // In their order: each needs the one before.
  for (const script of parts.querySelectorAll("script")) script.async = false;
  document.head.append(parts);
  // Its looks are its own.
  for (const id of ["plain", "style"]) document.getElementById(id).remove();
});
button.hidden = false;
