// While the name of an organisation is typed, offers those that are public already; choosing one
// fills in country and website. Without this script the form works the same.

const PAUSE = 200; // milliseconds without a key before the server is asked

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

async function ask(text) {
  const address = `${form.dataset.suggest}?q=${encodeURIComponent(text.toLowerCase())}`;
  try {
    const response = await fetch(address);
    if (response.ok) offer((await response.json()).organisations);
  } catch {
    // Offline or busy: the form works without.
  }
}

// Only what is empty, or what was filled in from here, is filled in: never over typed words.
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
    waiting = setTimeout(ask, PAUSE, text);
  }
}

if (form) {
  form.elements.organisation.setAttribute("list", form.querySelector("datalist").id);
  form.elements.organisation.addEventListener("input", typed);
}
