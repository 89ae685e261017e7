// Makes the filters apply at once. Without it the Apply button does the same work.
// The server always sends the whole page; only #results and the counts are taken from it,
// so the back button and a reload show the same page.
(() => {
  const form = document.querySelector("form[data-instant]");
  if (!form || !window.fetch || !window.DOMParser) return;

  const address = () => {
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) query.append(name, value);
    const text = query.toString();
    return location.pathname + (text ? "?" + text : "");
  };

  // The live region itself stays, or a screen reader would not speak its new text; all around it is replaced.
  const results = (page) => {
    let [kept, fresh] = [document, page].map((one) => one.querySelector("#results [role=status]"));
    kept.replaceChildren(...fresh.childNodes);
    for (; kept.id !== "results"; kept = kept.parentNode, fresh = fresh.parentNode) {
      const nodes = [...fresh.parentNode.childNodes];
      const place = nodes.indexOf(fresh);
      while (kept.previousSibling) kept.previousSibling.remove();
      while (kept.nextSibling) kept.nextSibling.remove();
      kept.before(...nodes.slice(0, place));
      kept.after(...nodes.slice(place + 1));
    }
  };

  const here = () => location.pathname + location.search;
  let shown = here();
  let latest = 0;
  const show = async (url, push) => {
    const mine = ++latest;
    const response = await fetch(url, { headers: { Accept: "text/html" } });
    if (mine !== latest) return;
    if (!response.ok) return location.assign(url);
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    if (mine !== latest) return;
    const focused = document.activeElement;
    const key = focused && focused.name ? [focused.name, focused.value, focused.type] : null;
    results(page);
    document.querySelector(".facets > summary").replaceChildren(...page.querySelector(".facets > summary").childNodes);
    form.replaceChildren(...page.querySelector("form[data-instant]").childNodes);
    document.querySelector(".languages").replaceWith(page.querySelector(".languages"));
    if (key) {
      const same = [...form.elements].find((e) => e.name === key[0] && (key[2] !== "checkbox" || e.value === key[1]));
      if (same) same.focus();
    }
    if (push) history.pushState(null, "", url);
    shown = here();
  };

  form.addEventListener("change", (event) => {
    if (event.target.type !== "search") show(address(), true).catch(() => form.submit());
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    show(address(), true).catch(() => form.submit());
  });
  // A link inside the page, such as the skip link, is a popstate too; it must not reload.
  addEventListener("popstate", () => here() !== shown && location.reload());
})();

// Puts a button beside each citation that copies it; without it the text can be marked and copied.
(() => {
  if (!navigator.clipboard) return;
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = text.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.textContent.trim());
      button.textContent = text.dataset.copied;
    });
    text.after(button);
  }
})();
