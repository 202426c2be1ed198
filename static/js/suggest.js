// Suggests public organisations and known bodies while a name is typed; choosing one fills in
// country and website. The form works without this script.

const PAUSE = 200; // milliseconds without typing before the server is queried

const form = document.querySelector("form[data-suggest]");
const known = new Map();
let waiting;

function offer(organisations) {
  const list = form.querySelector("datalist");
  list.replaceChildren(
    ...organisations.map((organisation) => {
      known.set(organisation.name, organisation);
      const option = document.createElement("option");
      option.value = organisation.name;
      const country = form.elements.country.querySelector(`[value="${organisation.country}"]`);
      option.label = [organisation.acronym, country?.textContent].filter(Boolean).join(" · ");
      return option;
    }),
  );
}

async function query(text) {
  const url = `${form.dataset.suggest}?q=${encodeURIComponent(text.toLowerCase())}`;
  try {
    const response = await fetch(url);
    if (response.ok) offer((await response.json()).organisations);
  } catch {
    // Offline or busy: no suggestions.
  }
}

// Fill in only fields that are empty or were filled in by this script, never typed text.
function fill(field, value) {
  if (!value || (field.value && field.value !== field.dataset.filled)) return;
  field.value = value;
  field.dataset.filled = value;
}

function typed(event) {
  const text = event.target.value.trim();
  const chosen = known.get(text);
  clearTimeout(waiting);
  if (chosen) {
    fill(form.elements.country, chosen.country);
    fill(form.elements.website, chosen.website);
  } else if (text.length >= 2) {
    waiting = setTimeout(query, PAUSE, text);
  }
}

if (form) {
  form.elements.organisation.setAttribute("list", form.querySelector("datalist").id);
  form.elements.organisation.addEventListener("input", typed);
}
