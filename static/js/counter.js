// Tells beside a field with a limit how many of its characters are used, once there is little room
// left, and that it is too long. Nothing is cut: without this script the server tells the same.

const NEAR = 0.8; // of the limit, from where on the number is shown
const language = document.documentElement.lang;

/** As the server counts: composed characters, with one space for any. */
const length = (text) => [...text.normalize("NFC").replace(/\s+/gu, " ").trim()].length;

function count(field) {
  const limit = Number(field.dataset.limit);
  const line = document.createElement("p");
  const number = document.createElement("span");
  const told = document.createElement("span");
  line.className = "field-count";
  line.hidden = true;
  told.setAttribute("role", "status");
  line.append(number, " ", told);
  field.after(line);
  const show = () => {
    const used = length(field.value);
    const over = used > limit;
    number.textContent = `${used.toLocaleString(language)} / ${limit.toLocaleString(language)}`;
    // A status is read out when its text changes, so it says the same until that is mended.
    if (over !== Boolean(told.textContent)) told.textContent = over ? field.dataset.tooLong : "";
    line.hidden = used < NEAR * limit;
    line.classList.toggle("is-over", over);
  };
  field.addEventListener("input", show);
  show();
}

for (const field of document.querySelectorAll("[data-limit]")) count(field);
