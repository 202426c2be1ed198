// Appends the next page of a long list at the press of a button. The pagination links below the list
// stay beside the button, and work without this script.

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
  const url = next().href;
  try {
    const response = await fetch(url);
    if (!response.ok) throw new Error(response.statusText);
    const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
    const rows = add([...fresh.querySelectorAll("[data-sections] > section")]);
    pagination().replaceWith(document.adoptNode(fresh.querySelector(".pagination[data-more]")));
    // Reloading shows the names added last.
    history.replaceState(null, "", url);
    news.textContent = pagination().dataset.moreNews.replace("{number}", rows.length);
    offer();
    rows[0]?.querySelector("a")?.focus({ preventScroll: true });
  } catch {
    location.assign(url);
  }
}

/** Append sections of the next page, joining the first to this page's last if they are the same. */
function add(sections) {
  // New names would shift those of later pages: from now on only show a notice of them.
  const live = document.querySelector("[data-live]");
  if (live) live.dataset.liveNoticeOnly ??= "";
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
