// Filters a list of names on the page as the reader types. Without this script the server searches.
// Ignores case and accents; data-search holds names in other scripts in Latin letters.

const form = document.querySelector("form[data-search-in]");

const fold = (text) =>
  text.normalize("NFKD").replace(/\p{Mark}/gu, "").toLowerCase().trim();

function matches(row, query) {
  const name = `${row.querySelector(".signatory-name").textContent} ${
    row.querySelector(".signatory-acronym")?.textContent ?? ""
  }`;
  return fold(name).includes(query) || (row.dataset.search ?? "").includes(query);
}

function filter() {
  const list = document.getElementById(form.dataset.searchIn);
  const query = fold(form.elements.q.value);
  const rows = [...list.querySelectorAll(".signatory")];
  for (const row of rows) row.hidden = !matches(row, query);
  for (const group of list.querySelectorAll(".country")) {
    group.hidden = !group.querySelector(".signatory:not([hidden])");
  }
  const found = form.querySelector("[data-found]");
  found.textContent = query
    ? found.dataset.found
        .replace("{number}", rows.filter((row) => !row.hidden).length)
        .replace("{all}", rows.length)
    : "";
}

if (form) {
  form.querySelector("button").hidden = true;
  form.addEventListener("submit", (event) => event.preventDefault());
  form.elements.q.addEventListener("input", filter);
  document.addEventListener("list-changed", filter);
  // The browser may have restored the field after a reload.
  filter();
}
