// Keeps the numbers and names of an open page true. It asks a resource of a few bytes whether
// anything changed, and only then fetches the page and takes its live regions over. Where names
// stand that are not the newest, it only tells how many have come and where they are.

const page = document.querySelector("[data-live]");
const news = page.querySelector("[data-live-news]");
const told = page.querySelector("[data-live-told]");

const OFTEN = 2_000; // milliseconds between questions
const SELDOM = 4_000; // once the page has been open for a while
const A_WHILE = 10 * 60_000;
const LONGEST_WAIT = 60_000; // while the site does not answer

const opened = Date.now();
let version = Number(page.dataset.liveVersion);
let known = Number(page.dataset.liveCount); // signatories that the page counts
let failures = 0;
let timer;
let asking = false;

/** Make `old` read as `fresh` does and keep every node that stays: focus, selection and scroll
    position hang on them. Children with a data-key are matched by it, others by their place. */
function merge(old, fresh) {
  if (old.isEqualNode(fresh)) return;
  if (old.nodeType === Node.TEXT_NODE && fresh.nodeType === Node.TEXT_NODE) {
    old.data = fresh.data;
  } else if ([...fresh.children].some((child) => child.dataset.key)) {
    mergeByKey(old, fresh);
  } else if (old.nodeName === fresh.nodeName && sameShape(old, fresh)) {
    const next = [...fresh.childNodes];
    [...old.childNodes].forEach((child, place) => merge(child, next[place]));
    for (const { name, value } of fresh.attributes) {
      // Classes are this page's own: they mark what is new.
      if (name !== "class" && old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  } else {
    old.replaceWith(fresh);
  }
}

const sameShape = (old, fresh) =>
  old.childNodes.length === fresh.childNodes.length &&
  old.childNodes.length > 0 &&
  [...old.childNodes].every((child, place) => child.nodeName === fresh.childNodes[place].nodeName);

function mergeByKey(old, fresh) {
  const staying = new Set([...fresh.children].map((child) => child.dataset.key));
  for (const child of [...old.children]) if (!staying.has(child.dataset.key)) child.remove();
  const known = new Map([...old.children].map((child) => [child.dataset.key, child]));
  let place = old.firstElementChild;
  for (const child of [...fresh.children]) {
    const kept = known.get(child.dataset.key);
    if (!kept) {
      old.insertBefore(child, place);
    } else {
      // Moved only where the order really changed: moving an element would take its focus.
      if (kept === place) place = place.nextElementSibling;
      else old.insertBefore(kept, place);
      merge(kept, child);
    }
  }
}

const names = () => [...page.querySelectorAll("[data-live-region] .signatory")];

async function takeOver() {
  const answer = await fetch(page.dataset.livePage, { cache: "no-cache" });
  if (!answer.ok) throw new Error(answer.statusText);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  const before = new Set(names().map((row) => row.dataset.key));
  for (const region of page.querySelectorAll("[data-live-region]")) {
    const next = fresh.getElementById(region.id);
    if (next) merge(region, document.adoptNode(next));
  }
  announce(names().filter((row) => !before.has(row.dataset.key)));
  document.dispatchEvent(new Event("list-changed"));
  return Number(fresh.querySelector("[data-live]").dataset.liveVersion);
}

function announce(rows) {
  for (const row of rows) row.classList.add("is-new");
  if (!rows.length) return;
  const spoken = rows.map((row) => row.querySelector(".signatory-name").textContent).join(", ");
  news.textContent =
    rows.length > 3
      ? news.dataset.liveMany.replace("{number}", rows.length)
      : news.dataset.liveNews.replace("{names}", () => spoken);
}

/** Say how many have signed since the page was opened, with a link to the newest. */
function tell(now) {
  if (now.signatories <= known) return;
  const link = document.createElement("a");
  link.href = page.dataset.livePage;
  link.textContent = told.dataset.liveLink;
  const number = (now.signatories - known).toLocaleString(document.documentElement.lang);
  told.replaceChildren(told.dataset.liveTold.replace("{number}", number), " · ", link);
}

async function ask() {
  if (asking) return;
  asking = true;
  try {
    // "no-cache" asks with If-None-Match; an unchanged answer costs a 304.
    const answer = await fetch(page.dataset.live, { cache: "no-cache" });
    if (!answer.ok) throw new Error(answer.statusText);
    const now = await answer.json();
    if (now.version !== version) {
      if (page.dataset.liveTells === undefined) {
        version = await takeOver();
        known = now.signatories;
      } else {
        tell(now);
        version = now.version;
      }
    }
    failures = 0;
  } catch {
    failures += 1;
  }
  asking = false;
  plan();
}

function plan() {
  clearTimeout(timer);
  if (document.hidden) return;
  const rhythm = Date.now() - opened < A_WHILE ? OFTEN : SELDOM;
  timer = setTimeout(ask, Math.min(rhythm * 2 ** failures, LONGEST_WAIT));
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) ask();
});
plan();
