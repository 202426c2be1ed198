// Shows how many characters of a limited field are used, once it is nearly full, and when it is too
// long. Nothing is cut off; without this script the server reports the same.

const NEAR = 0.8; // share of the limit from which the count is shown
const language = document.documentElement.lang;

/** Counts as the server does: composed characters, runs of white space as one. */
const length = (text) => [...text.normalize("NFC").replace(/\s+/gu, " ").trim()].length;

function count(field) {
  const limit = Number(field.dataset.limit);
  const line = document.createElement("p");
  const number = document.createElement("span");
  const warning = document.createElement("span");
  line.className = "field-count";
  line.hidden = true;
  warning.setAttribute("role", "status");
  line.append(number, " ", warning);
  field.after(line);
  const show = () => {
    const used = length(field.value);
    const over = used > limit;
    number.textContent = `${used.toLocaleString(language)} / ${limit.toLocaleString(language)}`;
    // A status is announced when its text changes, so change it only when the state does.
    if (over !== Boolean(warning.textContent)) warning.textContent = over ? field.dataset.tooLong : "";
    line.hidden = used < NEAR * limit;
    line.classList.toggle("is-over", over);
  };
  field.addEventListener("input", show);
  show();
}

for (const field of document.querySelectorAll("[data-limit]")) count(field);
