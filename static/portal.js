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
    const unfolded = new Set([...form.querySelectorAll("details[open]")].map((e) => e.dataset.facet));
    form.replaceChildren(...page.querySelector("form[data-instant]").childNodes);
    for (const e of form.querySelectorAll("details")) if (unfolded.has(e.dataset.facet)) e.open = true;
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

// Suggestions while a reader types: an ARIA combobox on each input[data-suggest]. Without it the form finds the same.
(() => {
  const MOST_WAIT = 120;

  const enhance = (input, number) => {
    const list = document.createElement("ul");
    list.id = `suggestions-${number}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0].textContent.trim());
    list.hidden = true;
    input.after(list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id }))
      input.setAttribute(name, value);

    let active = -1;
    let timer, request;
    const choose = (place) => {
      const options = [...list.children];
      active = options.length ? (place + options.length) % options.length : -1;
      options.forEach((option, n) => option.setAttribute("aria-selected", n === active));
      if (active < 0) return input.removeAttribute("aria-activedescendant");
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    };
    const toggle = (isOpen) => {
      list.hidden = !isOpen;
      input.setAttribute("aria-expanded", isOpen);
      active = -1;
      input.removeAttribute("aria-activedescendant");
      for (const option of list.children) option.setAttribute("aria-selected", "false");
    };
    const part = (cls, text) => Object.assign(document.createElement("span"), { className: cls, textContent: text });
    const show = (results) => {
      list.replaceChildren(
        ...results.map(({ label, hint, kind, url }, n) => {
          const option = document.createElement("li");
          option.id = `${list.id}-${n}`;
          option.dataset.url = url;
          option.setAttribute("role", "option");
          option.append(part("label", label), " ");
          if (hint) option.append(part("hint", hint), " ");
          option.append(part("kind", kind));
          return option;
        })
      );
      toggle(results.length > 0);
    };
    const ask = async () => {
      request?.abort();
      request = new AbortController();
      const { signal } = request;
      if (!input.value.trim()) return show([]);
      const url = new URL(input.dataset.suggest, location.href);
      url.searchParams.set("q", input.value);
      try {
        const response = await fetch(url, { signal, headers: { Accept: "application/json" } });
        if (!signal.aborted) show(response.ok ? (await response.json()).results : []);
      } catch {
        if (!signal.aborted) show([]);
      }
    };
    const close = () => {
      clearTimeout(timer);
      request?.abort();
      toggle(false);
    };

    input.addEventListener("input", (event) => {
      clearTimeout(timer);
      // Half of a word written with an input method is no word; its end is an event of its own.
      if (!event.isComposing) timer = setTimeout(ask, MOST_WAIT);
    });
    input.addEventListener("compositionend", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, MOST_WAIT);
    });
    input.addEventListener("keydown", (event) => {
      // These keys belong to the input method then; some browsers say so by the code 229 alone.
      if (event.isComposing || event.keyCode === 229) return;
      const { key } = event;
      if (key === "Escape" && !list.hidden) close();
      else if (key === "Enter" && active >= 0) location.assign(list.children[active].dataset.url);
      else if (key === "ArrowDown" && list.hidden && list.children.length) {
        toggle(true);
        choose(0);
      } else if (key === "ArrowDown" && !list.hidden) choose(active + 1);
      else if (key === "ArrowUp" && !list.hidden) choose(active < 0 ? -1 : active - 1);
      else return;
      event.preventDefault();
    });
    input.addEventListener("blur", close);
    // The press alone would take the focus away, and with it the list.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) location.assign(option.dataset.url);
    });
  };
  document.querySelectorAll("input[data-suggest]").forEach(enhance);
})();
