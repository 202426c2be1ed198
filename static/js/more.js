// Adds the next page of a long list to the names that are shown, when a reader asks for it. Without
// this script the links below the list turn its pages, and they stay beside the button.

const list = document.querySelector("[data-sections]");
const news = document.getElementById("more-news");
const pagination = () => document.querySelector(".pagination[data-more]");
const next = () => pagination().querySelector("[rel=next]");

function offer() {
  if (!next()) return;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button button-quiet pagination-more";
  button.textContent = pagination().dataset.more;
  button.addEventListener("click", () => more(button));
  pagination().prepend(button);
}

async function more(button) {
  if (button.getAttribute("aria-disabled")) return;
  button.setAttribute("aria-disabled", "true");
  const address = next().href;
  try {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(answer.statusText);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rows = add([...fresh.querySelectorAll("[data-sections] > section")]);
    pagination().replaceWith(document.adoptNode(fresh.querySelector(".pagination[data-more]")));
    // A reload comes back to the names that came last.
    history.replaceState(null, "", address);
    news.textContent = pagination().dataset.moreNews.replace("{number}", rows.length);
    offer();
    rows[0]?.querySelector("a")?.focus({ preventScroll: true });
  } catch {
    location.assign(address);
  }
}

/** Add sections of the next page; one that goes on from this page goes on in its own list. */
function add(sections) {
  // Names that come in from now on would move those of later pages: the page only tells of them.
  const live = document.querySelector("[data-live]");
  if (live) live.dataset.liveTells ??= "";
  const known = new Set([...list.querySelectorAll(".signatory")].map((row) => row.dataset.key));
  const rows = [];
  for (const section of sections) {
    const fresh = [...section.querySelectorAll(".signatory")];
    for (const row of fresh) if (known.has(row.dataset.key)) row.remove();
    const staying = fresh.filter((row) => !known.has(row.dataset.key));
    if (!staying.length) continue;
    const last = list.lastElementChild;
    if (last?.dataset.key === section.dataset.key) {
      last.querySelector("ul").append(...staying.map((row) => document.adoptNode(row)));
    } else {
      list.append(document.adoptNode(section));
    }
    rows.push(...staying);
  }
  return rows;
}

if (list && pagination()) offer();
