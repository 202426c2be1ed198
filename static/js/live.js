// Keeps the numbers and names on an open page up to date. It polls a resource of a few bytes, and
// fetches the page and merges its live regions only when something has changed. Where other names
// than the newest are listed, it only shows how many are new, with a link to them.

const page = document.querySelector("[data-live]");
const news = page.querySelector("[data-live-news]");
const notice = page.querySelector("[data-live-notice]");

const OFTEN = 2_000; // milliseconds between polls
const SELDOM = 4_000; // once the page has been open for a while
const A_WHILE = 10 * 60_000;
const LONGEST_WAIT = 60_000; // while the site does not answer

const opened = Date.now();
let version = Number(page.dataset.liveVersion);
let counted = Number(page.dataset.liveCount); // signatories that the page counts
let failures = 0;
let timer;
let polling = false;

/** Update `old` to match `fresh`, reusing nodes so that focus, selection and scroll position stay.
    Children with a data-key are matched by it, others by position. */
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
      // Classes are set on this page, to mark new names.
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
    const same = known.get(child.dataset.key);
    if (!same) {
      old.insertBefore(child, place);
    } else {
      // Move only if the order has changed: moving an element loses its focus.
      if (same === place) place = place.nextElementSibling;
      else old.insertBefore(same, place);
      merge(same, child);
    }
  }
}

const names = () => [...page.querySelectorAll("[data-live-region] .signatory")];

async function update() {
  const response = await fetch(page.dataset.livePage, { cache: "no-cache" });
  if (!response.ok) throw new Error(response.statusText);
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
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

/** Show how many have signed since the page was opened, with a link to the newest. */
function showNotice(now) {
  if (now.signatories <= counted) return;
  const link = document.createElement("a");
  link.href = page.dataset.livePage;
  link.textContent = notice.dataset.liveLink;
  const number = (now.signatories - counted).toLocaleString(document.documentElement.lang);
  notice.replaceChildren(notice.dataset.liveNotice.replace("{number}", number), " · ", link);
}

async function poll() {
  if (polling) return;
  polling = true;
  try {
    // "no-cache" sends If-None-Match; if unchanged, the response is a 304.
    const response = await fetch(page.dataset.live, { cache: "no-cache" });
    if (!response.ok) throw new Error(response.statusText);
    const now = await response.json();
    if (now.version !== version) {
      if (page.dataset.liveNoticeOnly === undefined) {
        version = await update();
        counted = now.signatories;
      } else {
        showNotice(now);
        version = now.version;
      }
    }
    failures = 0;
  } catch {
    failures += 1;
  }
  polling = false;
  plan();
}

function plan() {
  clearTimeout(timer);
  if (document.hidden) return;
  const interval = Date.now() - opened < A_WHILE ? OFTEN : SELDOM;
  timer = setTimeout(poll, Math.min(interval * 2 ** failures, LONGEST_WAIT));
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (!document.hidden) poll();
});
plan();
