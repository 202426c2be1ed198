// Beside each deadline, the reader's own time, where it differs from the letter's.

const SHAPE = { dateStyle: "long", timeStyle: "short", hourCycle: "h23" };

// The page's language, as it is written where the reader lives: en-GB for en.
const page = document.documentElement.lang;
const language = navigator.languages.find((one) => one.split("-")[0] === page) ?? page;

/** In the page's language, or in figures where the browser does not know its months (M01). */
function written(instant, options) {
  const words = instant.toLocaleString(language, options);
  return /\bM\d\d\b/.test(words) ? instant.toLocaleString("sv", { ...options, dateStyle: "short" }) : words;
}

function add(time) {
  const instant = new Date(time.dateTime);
  const there = written(instant, { ...SHAPE, timeZone: time.dataset.zone });
  const here = written(instant, SHAPE);
  if (here === there) return;
  const own = document.createElement("span");
  own.className = "own-time";
  own.textContent = ` · ${time.dataset.own.replace("{time}", here)}`;
  time.parentElement.append(own);
}

document.querySelectorAll("time[data-zone]").forEach(add);
