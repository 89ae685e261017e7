// The offline kit: the filters of centres/directory.py over the sets of the census, and one language at a time.
const kit = (() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const all = (root, selector) => [...root.querySelectorAll(selector)];

  // Sets of centres, a bit for each, as the census has them.
  const size = data.texts.length;
  const everything = (1n << BigInt(size)) - 1n;
  const sets = {};
  for (const [facet, values] of Object.entries(data.sets)) {
    sets[facet] = Object.fromEntries(Object.entries(values).map(([value, bits]) => [value, BigInt(`0x${bits}`)]));
  }
  const count = (bits) => bits.toString(2).replaceAll("0", "").length;
  const has = (bits, place) => Boolean((bits >> BigInt(place)) & 1n);
  const setOf = (test) => data.texts.reduce((bits, _text, place) => (test(place) ? bits | (1n << BigInt(place)) : bits), 0n);

  // Words, as publishing/text.py reads them.
  const folding = new Map(Object.entries(data.folding).flatMap(([to, from]) => [...from].map((one) => [one, to])));
  const [space, dropped, terms] = [`[${data.spaces}]`, `[${data.dropped}]`, `"([^"]*)"|([^${data.spaces}]+)`].map((source) => new RegExp(source, "gu"));
  const normalise = (text) =>
    [...text.replace(space, " ").replace(dropped, "")].map((one) => folding.get(one) ?? one).join("").split(" ").filter(Boolean).join(" ");
  const termsOf = (query) => {
    const straight = [...query].map((one) => data.quotes[one] ?? one).join("");
    return [...straight.matchAll(terms)].map(([, quoted, word]) => normalise(normalise(quoted || word || "").replaceAll('"', ""))).filter(Boolean);
  };
  // What stands in the page is not in the data once more.
  const texts = data.texts.map((lines, place) => {
    const shown = all(document, `[data-n="${place}"] :is(h3, code, .q)`).map((element) => normalise(element.textContent));
    return [...lines.map((line) => data.lines[line]), ...shown].join("\n");
  });
  const matching = (query) => {
    const wanted = termsOf(query);
    return setOf((place) => wanted.length && wanted.every((term) => texts[place].includes(term)));
  };

  // A frame on the map, or null where the text is none.
  const frame = (text) => {
    const numbers = text.split(",").map((part) => (part.trim() ? Number(part) : NaN));
    const [west, south, east, north] = numbers;
    const isOne = numbers.length === 4 && Math.abs(west) <= 180 && Math.abs(east) <= 180 && -90 <= south && south <= north && north <= 90;
    return isOne ? numbers : null;
  };
  const within = ([west, south, east, north]) =>
    setOf((place) => {
      if (!data.points[place]) return false;
      const [x, y] = data.points[place];
      return south <= y && y <= north && (west <= east ? west <= x && x <= east : x >= west || x <= east);
    });

  // The parameters of the directory's address: lists of values by name.
  const filtersOf = (chosen) => {
    const filters = {};
    for (const [name, values] of Object.entries({ ...data.assumed, ...chosen })) {
      if (name === "q") filters.q = matching(values[0]);
      else if (name === "bbox") filters.bbox = within(frame(values[0]));
      else if (sets[name]) filters[name] = values.reduce((bits, value) => bits | (sets[name][value] ?? 0n), 0n);
    }
    return filters;
  };
  const meeting = (filters, ...without) =>
    Object.entries(filters).reduce((bits, [name, one]) => (without.includes(name) ? bits : bits & one), everything);
  const countsOf = (filters) =>
    Object.fromEntries(
      Object.entries(sets).map(([facet, values]) => {
        const others = meeting(filters, facet);
        return [facet, (value) => count((values[value] ?? 0n) & others)];
      })
    );

  const editions = all(document, ".edition");
  const rows = new Map(editions.map((edition) => [edition, []]));
  for (const [edition, found] of rows) for (const row of all(edition, "[data-n]")) found[row.dataset.n] = row;
  let state = {};

  // The choices of a facet over countries are the rows of the table of countries.
  const countries = all(document, "#countries tbody tr");
  const nameIn = (row, language) => row.querySelector(`th [lang="${language}"]`).textContent;
  for (const edition of editions) {
    const order = data.countries[edition.lang];
    for (const fieldset of all(edition, "[data-any]")) {
      const select = document.createElement("select");
      select.name = fieldset.name;
      select.setAttribute("aria-label", fieldset.querySelector("legend").textContent);
      select.append(new Option(fieldset.dataset.any, ""), ...order.map((n) => new Option(nameIn(countries[n], edition.lang), countries[n].id)));
      fieldset.append(select);
    }
  }

  const drawForm = (edition, counts) => {
    const form = edition.querySelector("form");
    for (const select of all(form, "[data-any] select")) {
      const chosen = state[select.name] ?? [];
      all(select.parentNode, "label").forEach((label) => label.remove());
      for (const option of all(select, "option[value]:not([value=''])")) {
        option.dataset.name ??= option.text;
        const n = counts[select.name](option.value);
        option.text = `${option.dataset.name} · ${n}`;
        option.hidden = chosen.includes(option.value);
        option.disabled = option.hidden || !n;
        if (!option.hidden) continue;
        const label = document.createElement("label");
        const box = Object.assign(document.createElement("input"), { type: "checkbox", name: select.name, value: option.value });
        label.append(box, " ", Object.assign(document.createElement("span"), { className: "what", textContent: option.dataset.name }));
        label.append(" ", Object.assign(document.createElement("span"), { className: "n", textContent: n }));
        select.before(label);
      }
      select.value = "";
    }
    for (const box of all(form, "[type=checkbox]")) {
      const n = counts[box.name](box.value);
      box.checked = Boolean(state[box.name]?.includes(box.value));
      box.disabled = !n && !box.checked;
      box.parentNode.classList.toggle("none", box.disabled);
      box.parentNode.querySelector(".n").textContent = n;
    }
    for (const input of all(form, "[name=q], [name=bbox], [name=ordering]")) {
      if (input !== document.activeElement) input.value = state[input.name]?.[0] ?? "";
    }
  };

  const draw = () => {
    const filters = filtersOf(state);
    const [found, counts] = [meeting(filters), countsOf(filters)];
    const unlisted = count(meeting(filters, "serves", "serves_region") & sets.served_list.unknown);
    for (const edition of editions) {
      drawForm(edition, counts);
      const own = rows.get(edition);
      own.forEach((row, place) => (row.hidden = !has(found, place)));
      edition.querySelector(".results").append(...data.orders[state.ordering?.[0] ?? edition.dataset.ordering].map((place) => own[place]));
      edition.querySelector("[role=status] strong").textContent = count(found);
      const note = edition.querySelector("[data-unlisted]");
      note.hidden = !unlisted || !(state.serves || state.serves_region);
      note.querySelector("strong").textContent = unlisted;
    }
  };

  const read = (form) => {
    const box = form.elements.bbox;
    box.setCustomValidity(!box.value.trim() || frame(box.value) ? "" : box.dataset.problem);
    if (!form.reportValidity()) return;
    state = {};
    for (const [name, value] of new FormData(form)) if (value.trim()) (state[name] ??= []).push(value);
    draw();
  };
  for (const form of all(document, "form")) {
    form.closest("details").hidden = false;
    form.addEventListener("change", () => read(form));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      read(form);
    });
    // Half of a word written with an input method is no word.
    form.elements.q.addEventListener("input", (event) => event.isComposing || read(form));
    form.elements.q.addEventListener("compositionend", () => read(form));
    form.addEventListener("reset", (event) => {
      event.preventDefault();
      state = {};
      form.elements.bbox.setCustomValidity("");
      draw();
    });
  }

  // Codes in the table of countries become links to what they stand for, by name.
  const cells = all(document, "#countries td").map((cell) => [cell, cell.textContent.trim().split(/\s+/).filter(Boolean)]);
  const nameCells = (edition) => {
    for (const [cell, codes] of cells) {
      cell.dataset.label = all(document, `#countries th[scope=col]`)[cell.cellIndex].querySelector(`[lang="${edition.lang}"]`).textContent;
      cell.replaceChildren(
        ...codes.map((code) => {
          const target = document.getElementById(`${edition.dataset.place}-${code}`);
          if (!target) return code;
          return Object.assign(document.createElement("a"), { href: `#${target.id}`, textContent: target.querySelector("h3, h4").textContent });
        })
      );
    }
  };

  let current;
  const show = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const language = navigator.language.slice(0, 2);
    const next = target?.closest(".edition") ?? current ?? editions.find((one) => one.lang.startsWith(language)) ?? editions[0];
    if (next !== current) {
      const isSwitched = document.activeElement?.closest(".languages");
      current = next;
      document.documentElement.lang = current.lang;
      document.title = current.dataset.title;
      for (const edition of editions) edition.hidden = edition !== current;
      for (const part of all(document, ".both > [lang], #countries th > [lang], #sources a > [lang]")) part.hidden = part.lang !== current.lang && part.parentNode.children.length > 1;
      document.querySelector("#countries tbody").append(...data.countries[current.lang].map((n) => countries[n]));
      nameCells(current);
      if (isSwitched) current.querySelector(".languages [aria-current]").focus({ preventScroll: true });
    }
    if (!target || target === current) return;
    // Who follows a link to a centre wants to see it.
    if (target.hidden) {
      state = { status: Object.keys(sets.status) };
      draw();
    }
    target.scrollIntoView();
  };
  addEventListener("hashchange", show);
  draw();
  show();

  return {
    // What the directory answers to the parameters: positions in order, and the number of each value of each facet.
    ask(chosen) {
      const filters = filtersOf(chosen);
      const [found, counts] = [meeting(filters), countsOf(filters)];
      const places = data.orders[chosen.ordering?.[0] ?? current.dataset.ordering].filter((place) => has(found, place));
      const numbers = Object.entries(sets).map(([facet, values]) => [facet, Object.fromEntries(Object.keys(values).map((one) => [one, counts[facet](one)]))]);
      return { places, counts: Object.fromEntries(numbers) };
    },
  };
})();
