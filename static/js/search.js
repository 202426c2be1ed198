// Narrows a list of names to what is typed, on the page itself. Without this script the form asks
// the server. Names are compared without case and accents; data-search holds a name of another
// script in Latin letters.

const form = document.querySelector("form[data-search-in]");

const fold = (text) =>
  text.normalize("NFKD").replace(/\p{Mark}/gu, "").toLowerCase().trim();

function matches(row, sought) {
  const name = `${row.querySelector(".signatory-name").textContent} ${
    row.querySelector(".signatory-acronym")?.textContent ?? ""
  }`;
  return fold(name).includes(sought) || (row.dataset.search ?? "").includes(sought);
}

function narrow() {
  const list = document.getElementById(form.dataset.searchIn);
  const sought = fold(form.elements.q.value);
  const rows = [...list.querySelectorAll(".signatory")];
  for (const row of rows) row.hidden = !matches(row, sought);
  for (const group of list.querySelectorAll(".country")) {
    group.hidden = !group.querySelector(".signatory:not([hidden])");
  }
  const found = form.querySelector("[data-found]");
  found.textContent = sought
    ? found.dataset.found
        .replace("{number}", rows.filter((row) => !row.hidden).length)
        .replace("{all}", rows.length)
    : "";
}

if (form) {
  form.querySelector("button").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.q.addEventListener("input", narrow);
  document.addEventListener("list-changed", narrow);
  // The browser may have kept what was typed before a reload.
  narrow();
}
